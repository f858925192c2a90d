package io.clearview.gateway.redis;

import java.io.UncheckedIOException;

import org.junit.jupiter.api.Test;

import org.springframework.data.redis.core.script.RedisScript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PreparedScriptTest {

	private static final String PATH = "lua/sign_up_take.lua";

	@Test
	void isKnownToRedisUnderTheSameNameAsSpringDatasOwn() {
		RedisScript<Long> script = PreparedScript.read(PATH, Long.class);
		RedisScript<Long> springs = RedisScript.of(script.getScriptAsString(), Long.class);
		assertThat(script.getScriptAsString()).contains("redis.call");
		assertThat(script.getSha1()).isEqualTo(springs.getSha1());
		assertThat(script.getResultType()).isEqualTo(Long.class);
	}

	@Test
	void saysWhichScriptIsMissing() {
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> PreparedScript.read("lua/nothing.lua", Long.class))
			.withMessageContaining("lua/nothing.lua");
	}

}
