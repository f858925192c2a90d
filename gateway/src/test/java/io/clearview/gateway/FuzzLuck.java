package io.clearview.gateway;

import java.util.List;
import java.util.Random;

import io.clearview.gateway.FuzzRequest.Framing;

/** Chooses; the same for the same seed. */
final class FuzzLuck extends Random {

	FuzzLuck(long seed) {
		super(seed);
	}

	<T> T any(List<T> list) {
		return list.get(nextInt(list.size()));
	}

	/** How a body is announced. */
	Framing framing() {
		return (nextInt(3) == 0) ? Framing.CHUNKED : Framing.LENGTH;
	}

	/** Letters that a method or the name of a header may have. */
	String token(int length) {
		StringBuilder token = new StringBuilder("X");
		while (token.length() < length) {
			token.append("abcXYZ019-_.!#$%&'*+^`|~".charAt(nextInt(24)));
		}
		return token.toString();
	}

}
