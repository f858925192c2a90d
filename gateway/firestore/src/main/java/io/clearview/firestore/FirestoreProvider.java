package io.clearview.firestore;

import io.clearview.kit.durable.DurableSettings;
import io.clearview.kit.durable.DurableStore;
import io.clearview.kit.durable.DurableStoreProvider;

/** Opens Firestore. */
public final class FirestoreProvider implements DurableStoreProvider {

	@Override
	public DurableSettings.Kind kind() {
		return DurableSettings.Kind.FIRESTORE;
	}

	@Override
	public DurableStore open(DurableSettings settings) {
		return new FirestoreStore(settings);
	}

}
