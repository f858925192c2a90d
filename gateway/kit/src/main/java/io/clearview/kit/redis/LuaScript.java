package io.clearview.kit.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.codec.Base16;
import org.springframework.core.io.ClassPathResource;

/**
 * A script that Redis runs as one step.
 *
 * @param text of the script
 * @param digest its SHA-1, by which Redis knows a script it has seen
 * @param output type of its result
 */
public record LuaScript(String text, String digest, ScriptOutputType output) {

	/**
	 * Reads a script from the class path.
	 * @param path for example {@code lua/reserve.lua}
	 * @param output type of the result
	 */
	public static LuaScript load(String path, ScriptOutputType output) {
		try {
			String text = new ClassPathResource(path).getContentAsString(StandardCharsets.UTF_8);
			return new LuaScript(text, Base16.digest(text.getBytes(StandardCharsets.UTF_8)), output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read script " + path, ex);
		}
	}

}
