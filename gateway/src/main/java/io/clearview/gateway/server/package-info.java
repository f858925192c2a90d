/**
 * What a connection may do before there is a request: how much, how slowly, how oddly.
 */
@NullMarked
package io.clearview.gateway.server;

import org.jspecify.annotations.NullMarked;
