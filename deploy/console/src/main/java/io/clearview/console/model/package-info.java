/** A stand-in for a model API that can be made to fail. */
@NullMarked
package io.clearview.console.model;

import org.jspecify.annotations.NullMarked;
