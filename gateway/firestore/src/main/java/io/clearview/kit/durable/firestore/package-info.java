/** The durable store on Google Cloud Firestore in native mode. */
@NullMarked
package io.clearview.kit.durable.firestore;

import org.jspecify.annotations.NullMarked;
