/** Stand-ins for what is outside of ClearView: a model's provider, a trace collector. */
@NullMarked
package io.clearview.local.stub;

import org.jspecify.annotations.NullMarked;
