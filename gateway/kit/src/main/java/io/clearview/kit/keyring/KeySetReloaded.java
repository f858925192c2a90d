package io.clearview.kit.keyring;

import java.util.Set;

/**
 * The files of a key ring changed and the new state is in force. Published as an
 * application event, off the event loops.
 *
 * @param ring the name of the ring
 * @param added ids of keys that are new or changed
 * @param removed ids of keys that are gone
 */
public record KeySetReloaded(String ring, Set<String> added, Set<String> removed) {
}
