/**
 * What a day costs: the real classifier code on virtual time, against the design it
 * replaces.
 */
@NullMarked
package io.clearview.bench.simulate;

import org.jspecify.annotations.NullMarked;
