package io.clearview.bench.traffic;

import java.nio.charset.StandardCharsets;

/**
 * A user with a token, at an address of their own.
 *
 * @param userId 64 hex digits
 * @param address from which the user calls, as a trusted proxy would report it
 * @param headers that say both
 */
@SuppressWarnings("ArrayRecordComponent")
public record BenchUser(String userId, String address, byte[] headers) implements Credential {

	static BenchUser of(String userId, String token, String address) {
		return new BenchUser(userId, address, ("Authorization: " + token + "\r\nX-Forwarded-For: " + address + "\r\n")
			.getBytes(StandardCharsets.US_ASCII));
	}

	/** One address a user, and one network of 256 addresses too. */
	static String address(int user) {
		return (20 + (user >>> 16)) + "." + ((user >>> 8) & 255) + "." + (user & 255) + ".7";
	}

}
