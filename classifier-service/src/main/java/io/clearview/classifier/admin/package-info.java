/** What an operator may read and change here, behind the gateway's administration. */
@NullMarked
package io.clearview.classifier.admin;

import org.jspecify.annotations.NullMarked;
