package io.clearview.gateway.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.DigestUtils;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * A script that was read and hashed once, and does not change. Spring Data's own looks
 * behind a lock whether its file has changed, each time it is run: one lock for all event
 * loops.
 *
 * @param <T> what Redis answers
 */
public final class PreparedScript<T> implements RedisScript<T> {

	private final String text;

	private final String sha1;

	private final Class<T> result;

	private PreparedScript(String text, Class<T> result) {
		this.text = text;
		this.sha1 = DigestUtils.sha1DigestAsHex(text);
		this.result = result;
	}

	/**
	 * Reads it here and now: an event loop must not read files.
	 * @param path on the class path
	 * @param result what it answers
	 */
	public static <T> RedisScript<T> read(String path, Class<T> result) {
		ClassPathResource file = new ClassPathResource(path);
		try {
			return new PreparedScript<>(file.getContentAsString(StandardCharsets.UTF_8), result);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Script %s is missing from the build".formatted(file), ex);
		}
	}

	@Override
	public String getSha1() {
		return this.sha1;
	}

	@Override
	public Class<T> getResultType() {
		return this.result;
	}

	@Override
	public String getScriptAsString() {
		return this.text;
	}

}
