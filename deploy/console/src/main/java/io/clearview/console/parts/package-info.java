/**
 * The processes of the local stack: what state they are in, and how to break and mend
 * them.
 */
@NullMarked
package io.clearview.console.parts;

import org.jspecify.annotations.NullMarked;
