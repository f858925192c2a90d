/**
 * Which network a request came from, believed only as far as trusted proxies vouch for
 * it.
 */
@NullMarked
package io.clearview.gateway.clientip;

import org.jspecify.annotations.NullMarked;
