/** Posts a user may have judged: today, and in any 60 seconds. */
@NullMarked
package io.clearview.classifier.quota;

import org.jspecify.annotations.NullMarked;
