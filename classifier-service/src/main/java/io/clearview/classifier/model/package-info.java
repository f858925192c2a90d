/** The port to whatever judges posts, its adapters and the guards around them. */
@NullMarked
package io.clearview.classifier.model;

import org.jspecify.annotations.NullMarked;
