/** A client that does what the installed extension does, and tells what it saw. */
@NullMarked
package io.clearview.e2e.client;

import org.jspecify.annotations.NullMarked;
