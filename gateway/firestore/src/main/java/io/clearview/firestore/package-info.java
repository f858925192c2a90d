/** The durable store on Google Cloud Firestore in native mode. */
@NullMarked
package io.clearview.firestore;

import org.jspecify.annotations.NullMarked;
