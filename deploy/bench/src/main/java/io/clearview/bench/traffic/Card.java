package io.clearview.bench.traffic;

import java.nio.charset.StandardCharsets;

import io.clearview.bench.workload.Post;

/**
 * A post with its bytes, made once and sent often.
 *
 * @param post what it says
 * @param json as it stands in a request
 */
@SuppressWarnings("ArrayRecordComponent")
record Card(Post post, byte[] json) {

	static Card of(Post post) {
		return new Card(post, ("{\"hash\":\"" + post.hash() + "\",\"content\":\"" + post.content() + "\"}")
			.getBytes(StandardCharsets.US_ASCII));
	}

}
