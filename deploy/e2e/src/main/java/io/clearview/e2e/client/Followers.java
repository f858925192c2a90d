package io.clearview.e2e.client;

import java.io.IOException;
import java.time.Duration;

import io.clearview.local.stub.ScriptedModel;

/**
 * What the model of the tests knows: a post that contains {@value #BLOCKED} is blocked,
 * whatever the preference.
 */
public final class Followers {

	/** What makes a post blocked. */
	public static final String BLOCKED = "followers";

	private Followers() {
	}

	/** Starts a model that knows this, on a free port. */
	public static ScriptedModel model() throws IOException {
		return new ScriptedModel(0, new ScriptedModel.Script((_, post) -> blocks(post), Duration.ZERO, 1, true));
	}

	/** The only right label of a post. */
	public static String label(String content) {
		return blocks(content) ? "BLOCK" : "ALLOW";
	}

	private static boolean blocks(String content) {
		return content.contains(BLOCKED);
	}

}
