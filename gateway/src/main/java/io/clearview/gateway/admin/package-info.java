/** What an operator may read and change, signed and audited. */
@NullMarked
package io.clearview.gateway.admin;

import org.jspecify.annotations.NullMarked;
