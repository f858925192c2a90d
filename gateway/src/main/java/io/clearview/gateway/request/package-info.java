/** What a request may look like before anybody reads it: method, size, media type. */
@NullMarked
package io.clearview.gateway.request;

import org.jspecify.annotations.NullMarked;
