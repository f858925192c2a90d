/** The edge: who may come in, and how often. */
@NullMarked
package io.clearview.gateway;

import org.jspecify.annotations.NullMarked;
