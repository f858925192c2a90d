/** Bearer tokens: issued, validated, adopted, revoked. */
@NullMarked
package io.clearview.gateway.token;

import org.jspecify.annotations.NullMarked;
