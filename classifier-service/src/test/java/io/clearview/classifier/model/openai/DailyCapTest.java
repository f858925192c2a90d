package io.clearview.classifier.model.openai;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.clearview.classifier.cost.Price;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.GuardLimits;
import io.clearview.classifier.model.guard.GuardProperties;
import io.clearview.classifier.model.openai.ProviderStub.Reply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The daily cap against what the provider bills, whatever form its counts have. Prices
 * are one dollar a million tokens of the question, a tenth of that where they are cached,
 * and four for the answer.
 */
class DailyCapTest {

	private static final Duration LONGEST = Duration.ofSeconds(60);

	private static final int CALLS = 250;

	@RegisterExtension
	static final StubbedProvider provider = new StubbedProvider();

	private final ProviderStub stub = provider.stub();

	private final AtomicInteger billed = new AtomicInteger();

	/** What the provider says, and the tokens that it bills: question, cached, answer. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{'prompt_tokens':900,'completion_tokens':90,'total_tokens':990} | 900 | 0 | 90
					{'prompt_tokens':900,'completion_tokens':90} | 900 | 0 | 90
					{'prompt_tokens':900,'completion_tokens':20,'total_tokens':1543} | 900 | 0 | 643
					{'prompt_tokens':900,'completion_tokens':20,'completion_tokens_details':{'reasoning_tokens':600}} | 900 | 0 | 620
					{'prompt_tokens':900,'completion_tokens':620,'completion_tokens_details':{'reasoning_tokens':600},'total_tokens':1520} | 900 | 0 | 620
					{'prompt_tokens':'900','completion_tokens':'90','total_tokens':'990'} | 900 | 0 | 90
					{'prompt_tokens':900.0,'completion_tokens':90.0} | 900 | 0 | 90
					{'prompt_tokens':900,'completion_tokens':90,'prompt_tokens_details':{'cached_tokens':768}} | 900 | 768 | 90
					{'prompt_tokens':900,'completion_tokens':90,'prompt_tokens_details':null,'completion_tokens_details':null} | 900 | 0 | 90
					{'prompt_tokens':900,'completion_tokens':90,'prompt_cache_hit_tokens':768,'prompt_cache_miss_tokens':132} | 900 | 768 | 90
					{'input_tokens':900,'output_tokens':90} | 900 | 0 | 90
					""")
	void holdsWithinOnePercent(String usage, int prompt, int cached, int completion) {
		long call = nanos(prompt, cached, completion);
		assertThat(spend(CALLS * call, call, (reply) -> reply.usage(usage))).isBetween(0.99, 1.01);
	}

	/** A 13: nothing can be read, and yet it is billed. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					200 {'choices':[],'usage':{'prompt_tokens':900,'completion_tokens':90}}
					200 {'choices':null,'usage':{'prompt_tokens':900,'completion_tokens':90,'total_tokens':990}}
					200 {'choices':[{'message':{'content':null},'finish_reason':'length'}],'usage':{'prompt_tokens':900,'completion_tokens':90}}
					200 {'choices':[{'message':{'content':null,'refusal':'no'},'finish_reason':'stop'}],'usage':{'prompt_tokens':900,'completion_tokens':90}}
					200 {'choices':[{'message':{'content':'nonsense'},'finish_reason':'stop'}],'usage':{'prompt_tokens':900,'completion_tokens':90}}
					""")
	void holdsWhereNothingIsLabelled(String response) {
		long call = nanos(900, 0, 90);
		assertThat(spend(CALLS * call, call, (_) -> Reply.of(response))).isBetween(0.99, 1.01);
	}

	/** What is not counted is estimated, and rather too much. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			none
			null
			{}
			{'prompt_tokens':null,'completion_tokens':null}
			{'completion_tokens':8}
			""")
	void isNotExceededWhereUsageIsMissing(String usage) {
		long call = nanos(250, 0, 8);
		assertThat(spend(CALLS * call, call, (reply) -> usage.equals("none") ? reply : reply.usage(usage)))
			.isBetween(0.3, 1.01);
	}

	@Test
	void reasoningThatIsShownButNotCountedIsEstimated() {
		String thoughts = "Let me think about each of these posts with care. ".repeat(50);
		long call = nanos(250, 0, 500);
		assertThat(spend(CALLS * call, call,
				(reply) -> reply.replace("\"message\":{", "\"message\":{\"reasoning_content\":\"" + thoughts + "\",")))
			.isBetween(0.3, 1.01);
	}

	/**
	 * Asks until the cap is reached.
	 * @return what the provider bills, as a share of the cap
	 */
	private double spend(long capNanos, long callNanos, Function<Reply, Reply> response) {
		this.stub.respondIf((_) -> true, (posts) -> {
			this.billed.incrementAndGet();
			return response.apply(ProviderStub.answer(ProviderStub.content(posts, posts)));
		});
		Model model = model(capNanos / 1e9);
		for (int i = 0; i < 4 * CALLS; i++) {
			Fault fault = model.judge("no spam", List.of("spam " + i))
				.map((_) -> Fault.UNEXPECTED)
				.onErrorResume(ModelException.class, (failure) -> Mono.just(failure.fault()))
				.block(LONGEST);
			if (fault == Fault.BUDGET) {
				return this.billed.get() * (double) callNanos / capNanos;
			}
		}
		throw new AssertionError("the cap was never reached; billed " + this.billed.get() * callNanos / 1e9);
	}

	private static long nanos(long prompt, long cached, long completion) {
		return 1_000 * (prompt - cached) + 100 * cached + 4_000 * completion;
	}

	private Model model(double cap) {
		GuardProperties limits = GuardLimits.of(Map.of("timeout", "20s", "deadline", "30s", "retry-backoff", "1ms",
				"daily-cap", Double.toString(cap), "retry-floor", "100000"));
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		return provider.model(Map.of("base-url", this.stub.url()), limits, List.of(ApiKey.NONE), new Price(1, 0.1, 4),
				new Failures("m-1", meters, Clock.systemUTC()), meters);
	}

}
