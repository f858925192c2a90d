/**
 * What is known of one request: one object an exchange, with a typed part for each filter
 * that adds to it. Everything here is data; the filters know it, and it knows none of
 * them.
 */
@NullMarked
package io.clearview.gateway.context;

import org.jspecify.annotations.NullMarked;
