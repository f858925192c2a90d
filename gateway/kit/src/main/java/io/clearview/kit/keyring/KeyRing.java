package io.clearview.kit.keyring;

import java.util.Collection;
import java.util.Optional;

/** Keys of one purpose, as their files say at the moment. Reading it never blocks. */
public interface KeyRing {

	/** The newest active key. Empty when there is none. */
	Optional<Key> signing();

	/** The key of that name, active or not. */
	Optional<Key> find(String id);

	/** All keys, in no order. */
	Collection<Key> all();

}
