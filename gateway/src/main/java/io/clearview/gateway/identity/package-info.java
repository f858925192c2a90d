/**
 * Who is calling, signed for the classifier; everything a client claims of itself is
 * stripped.
 */
@NullMarked
package io.clearview.gateway.identity;

import org.jspecify.annotations.NullMarked;
