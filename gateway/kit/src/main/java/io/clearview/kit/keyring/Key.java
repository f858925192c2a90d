package io.clearview.kit.keyring;

import java.time.Instant;

/**
 * A secret with a name and an age.
 *
 * @param id its name, {@code [A-Za-z0-9_-]{1,64}}; no secret
 * @param created when it was made
 * @param active whether new signatures may be made with it; one that is not still
 * verifies
 * @param secret at least 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public record Key(String id, Instant created, boolean active, byte[] secret) {

	@Override
	public String toString() {
		return "Key[" + this.id + "]";
	}

}
