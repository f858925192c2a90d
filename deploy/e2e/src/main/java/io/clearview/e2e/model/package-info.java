/** A model that answers as it is told to. */
@NullMarked
package io.clearview.e2e.model;

import org.jspecify.annotations.NullMarked;
