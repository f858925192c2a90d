/**
 * Sends requests at a constant rate or as fast as they are answered, and says how long
 * each took from when it should have been sent.
 */
@NullMarked
package io.clearview.bench.load;

import org.jspecify.annotations.NullMarked;
