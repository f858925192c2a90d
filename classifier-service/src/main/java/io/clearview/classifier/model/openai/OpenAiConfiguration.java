package io.clearview.classifier.model.openai;

import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;

import io.clearview.classifier.cost.AloneCost;
import io.clearview.classifier.cost.DailyBudget;
import io.clearview.classifier.cost.PriceTable;
import io.clearview.classifier.model.Cascade;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.GuardProperties;
import io.clearview.classifier.model.guard.Guards;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.redis.Redis;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** A model behind an OpenAI-compatible endpoint. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "clearview.model.kind", havingValue = "openai")
class OpenAiConfiguration {

	/** 96 bits: nobody guesses it while a call lasts. */
	private static final int CODE_BYTES = 12;

	@Bean
	ApiKeys modelKeys(MeterRegistry meters) {
		ApiKeys ring = new ApiKeys();
		Clock clock = Clock.systemUTC();
		Gauge.builder(Metrics.MODEL_KEYS, ring, (it) -> it.size() - it.cooling(clock.millis()))
			.tag("state", "usable")
			.register(meters);
		Gauge.builder(Metrics.MODEL_KEYS, ring, (it) -> it.cooling(clock.millis()))
			.tag("state", "cooling")
			.register(meters);
		return ring;
	}

	@Bean
	KeyWatch modelKeyWatch(OpenAiProperties properties, ApiKeys modelKeys) {
		String keys = properties.keys();
		KeyDirectory directory = (keys != null && !keys.isBlank()) ? new KeyDirectory(Path.of(keys)) : null;
		return new KeyWatch(directory, modelKeys, properties.keysPoll(), Schedulers.boundedElastic());
	}

	@Bean
	Prompt prompt() {
		SecureRandom random = random();
		return new Prompt(() -> {
			byte[] code = new byte[CODE_BYTES];
			random.nextBytes(code);
			return HexFormat.of().formatHex(code);
		});
	}

	/**
	 * One that reads the system's randomness now and never again: calls must not block.
	 */
	private static SecureRandom random() {
		try {
			SecureRandom random = SecureRandom.getInstance("DRBG");
			random.nextBytes(new byte[CODE_BYTES]);
			return random;
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has a DRBG", ex);
		}
	}

	@Bean
	Failures modelFailures(OpenAiProperties properties, MeterRegistry meters) {
		return new Failures(properties.name(), meters, Clock.systemUTC());
	}

	/** Without a cascade before it. */
	@Bean(defaultCandidate = false)
	Model provider(OpenAiProperties properties, GuardProperties limits, PriceTable prices, Prompt prompt,
			ApiKeys modelKeys, Failures modelFailures, @Qualifier("redisState") Redis state, MeterRegistry meters) {
		OpenAiProvider provider = new OpenAiProvider(api(properties, limits.timeout()), properties, prompt, modelKeys,
				ModelPrice.of(properties, prices), modelFailures, Clock.systemUTC());
		return Guards.around(provider, limits, state, meters);
	}

	@Bean
	Model openAiModel(@Qualifier("provider") Model provider, ObjectProvider<Cascade> cascade) {
		return cascade.getIfAvailable(() -> (model) -> model).before(provider);
	}

	@Bean
	StartCheck modelStartCheck(OpenAiProperties properties, @Qualifier("provider") Model provider,
			Failures modelFailures) {
		return new StartCheck(properties.startCheck(), provider, modelFailures);
	}

	@Bean
	DailyBudget openAiDailyBudget(GuardProperties limits) {
		return limits::dailyCapNanos;
	}

	@Bean
	AloneCost openAiAloneCost(OpenAiProperties properties, PriceTable prices, Prompt prompt) {
		return new PromptCost(prompt, ModelPrice.of(properties, prices));
	}

	/**
	 * The client has none of the service's instrumentation, which would tell the provider
	 * trace and correlation ids.
	 */
	static ChatApi api(OpenAiProperties properties, Duration timeout) {
		ConnectionProvider connections = ConnectionProvider.builder("model")
			.maxConnections(properties.connections())
			.pendingAcquireMaxCount(2 * properties.connections())
			.pendingAcquireTimeout(timeout)
			.maxIdleTime(Duration.ofSeconds(30))
			.build();
		HttpClient http = HttpClient.create(connections)
			.compress(true)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) properties.connectTimeout().toMillis())
			.responseTimeout(timeout.plusSeconds(1));
		WebClient client = WebClient.builder()
			.baseUrl(properties.baseUrl().toString().replaceAll("/+$", ""))
			.clientConnector(new ReactorClientHttpConnector(http))
			.defaultHeader(HttpHeaders.USER_AGENT, "clearview-classifier")
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize((int) properties.maxAnswer().toBytes()))
			.build();
		return HttpServiceProxyFactory.builderFor(WebClientAdapter.create(client)).build().createClient(ChatApi.class);
	}

}
