/** Which web origins may call. */
@NullMarked
package io.clearview.gateway.cors;

import org.jspecify.annotations.NullMarked;
