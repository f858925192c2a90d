package io.clearview.classifier;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.clearview.kit.testing.OutputScan;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bodies of {@code POST /classify}, marked so that they are known where they must not be.
 */
public final class Bodies {

	private static final JsonMapper json = new JsonMapper();

	private Bodies() {
	}

	/** Posts with the default preference. */
	public static String posts(String... contents) {
		return body(null, null, Arrays.asList(contents));
	}

	/** So many posts that begin with a text. */
	public static String posts(String prefix, int count) {
		return body(null, null, IntStream.range(0, count).mapToObj((i) -> prefix + " " + i).toList());
	}

	public static String posts(List<String> contents) {
		return body(null, null, contents);
	}

	public static String body(String preference, Integer deadlineMs, List<String> contents) {
		ObjectNode body = json.createObjectNode();
		ArrayNode posts = body.putArray("posts");
		for (int i = 0; i < contents.size(); i++) {
			posts.addObject().put("hash", "post_" + i).put("content", contents.get(i) + " " + OutputScan.POST);
		}
		if (preference != null) {
			body.put("preference", preference + " " + OutputScan.PREFERENCE);
		}
		if (deadlineMs != null) {
			body.put("deadlineMs", deadlineMs);
		}
		return body.put("timestamp", 1_795_448_837_605L).toString();
	}

}
