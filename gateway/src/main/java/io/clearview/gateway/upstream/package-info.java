/** Where the classifier is, which of its instances is asked, and what it is sent. */
@NullMarked
package io.clearview.gateway.upstream;

import org.jspecify.annotations.NullMarked;
