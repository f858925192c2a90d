/** Trains and evaluates the weights of the embedded model. Not part of any service. */
@NullMarked
package io.clearview.training;

import org.jspecify.annotations.NullMarked;
