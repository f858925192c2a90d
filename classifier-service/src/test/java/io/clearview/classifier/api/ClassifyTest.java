package io.clearview.classifier.api;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.clearview.classifier.Bodies;
import io.clearview.classifier.FakeJudgedService;
import io.clearview.classifier.ServiceInstance;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.verdict.Outcome;
import io.clearview.classifier.verdict.Outcome.FailedOpen;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** The way of a request over a real socket, with verdicts that the test decides. */
class ClassifyTest {

	@RegisterExtension
	static final FakeJudgedService shared = new FakeJudgedService();

	private static int users;

	private ServiceInstance service;

	private FakeVerdicts verdicts;

	private String user;

	private String assertion;

	@BeforeEach
	void begin() {
		this.service = shared.service();
		this.verdicts = shared.verdicts();
		this.verdicts.reset();
		this.user = "c%063x".formatted(++users);
		this.assertion = shared.gateway().user(this.user, Tier.FREE);
	}

	@Test
	void answersEveryPostInOrder() {
		Reply reply = this.service.classify(this.assertion, Bodies
			.posts(IntStream.range(0, 12).mapToObj((i) -> (i % 3 == 0) ? "spam " + i : "news " + i).toList()));
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body().path("success").asBoolean()).isTrue();
		assertThat(reply.body().path("timestamp").asString())
			.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
		assertThat(reply.body().path("classifications")).hasSize(12);
		for (int i = 0; i < 12; i++) {
			assertThat(reply.classification(i).path("hash").asString()).isEqualTo("post_" + i);
			assertThat(reply.label(i)).isEqualTo((i % 3 == 0) ? "BLOCK" : "ALLOW");
			assertThat(reply.classification(i).path("cached").asBoolean(true)).isFalse();
			assertThat(reply.classification(i).path("model").asString()).isEqualTo("fake");
		}
		assertThat(reply.body().path("stats").path("total").asInt()).isEqualTo(12);
		assertThat(reply.body().path("stats").path("classified").asInt()).isEqualTo(12);
		assertThat(reply.body().path("quota").path("quotaUsed").asInt()).isEqualTo(12);
		assertThat(reply.body().path("quota").path("quotaLimit").asInt()).isEqualTo(1_000);
		assertThat(reply.body().path("quota").path("quotaRemaining").asInt()).isEqualTo(988);
		assertThat(reply.body().path("quota").path("resetAt").asString()).endsWith("T00:00:00.000Z");
	}

	@Test
	void saysWhatWasCached() {
		this.service.classify(this.assertion, Bodies.posts("spam", "news"));
		Reply reply = this.service.classify(this.assertion, Bodies.posts("news", "more news", "spam", "news"));
		assertThat(reply.body().path("stats").path("cached").asInt()).isEqualTo(3);
		assertThat(reply.body().path("stats").path("classified").asInt()).isEqualTo(1);
		assertThat(reply.classification(0).path("cached").asBoolean()).isTrue();
		assertThat(reply.classification(1).path("cached").asBoolean()).isFalse();
		assertThat(reply.label(2)).isEqualTo("BLOCK");
		assertThat(reply.classification(3).path("cached").asBoolean()).isTrue();
	}

	@Test
	void judgesTheFirstPostsWhenNotAllAreLeft() {
		this.service.classify(this.assertion, Bodies.posts("a", 45));
		Reply reply = this.service.classify(this.assertion, Bodies.posts("spam", 10));
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.label(4)).isEqualTo("BLOCK");
		assertThat(reply.label(5)).isEqualTo("ALLOW");
		assertThat(reply.classification(5).path("failedOpen").asBoolean()).isTrue();
		assertThat(reply.classification(5).path("reason").asString()).isEqualTo("BURST_LIMIT_EXCEEDED");
		assertThat(quotaUsed()).isEqualTo(50);
	}

	@Test
	void refusesWhenNoneIsLeft() {
		this.service.classify(this.assertion, Bodies.posts("a", 50));
		Reply reply = this.service.classify(this.assertion, Bodies.posts("one more"));
		assertThat(reply.status()).isEqualTo(429);
		assertThat(reply.error()).isEqualTo("BURST_LIMIT_EXCEEDED");
		assertThat(reply.body().path("correlationId").asString()).isEqualTo("test-correlation");
		assertThat(reply.body().path("retryAfterMs").asInt()).isBetween(1, 60_000);
		assertThat(Integer.parseInt(reply.response().headers().firstValue("Retry-After").orElseThrow())).isBetween(1,
				60);
		assertThat(quotaUsed()).isEqualTo(50);
	}

	@Test
	void givesBackWhatWasNotJudged() {
		this.verdicts.judging((question) -> question.content().contains("hard")
				? Mono.just(new FailedOpen(Reason.MODEL_TIMEOUT)) : FakeVerdicts.judgeAtOnce(question));
		Reply reply = this.service.classify(this.assertion, Bodies.posts("spam", "hard", "news", "hard too"));
		assertThat(reply.label(0)).isEqualTo("BLOCK");
		assertThat(reply.label(1)).isEqualTo("ALLOW");
		assertThat(reply.classification(1).path("failedOpen").asBoolean()).isTrue();
		assertThat(reply.classification(1).path("reason").asString()).isEqualTo("MODEL_TIMEOUT");
		assertThat(reply.body().path("quota").path("quotaUsed").asInt()).isEqualTo(2);
		assertThat(quotaUsed()).isEqualTo(2);
	}

	@Test
	void anAnswerThatIsDueDoesNotWaitForRedis() {
		Mono<Outcome> never = Mono.fromRunnable(shared.redis()::hang)
			.subscribeOn(Schedulers.boundedElastic())
			.then(Mono.never());
		this.verdicts
			.judging((question) -> question.content().contains("slow") ? never : FakeVerdicts.judgeAtOnce(question));
		try {
			this.service.classify(this.assertion, Bodies.posts("cached spam"));
			Reply reply = this.service.classify(this.assertion,
					Bodies.body(null, 400, List.of("cached spam", "slow one", "slow two")));
			assertThat(reply.stat("durationMs")).as("less than the time-out of redis-state").isLessThan(5_000);
			assertThat(reply.label(0)).isEqualTo("BLOCK");
			assertThat(reply.count((post) -> post.path("pending").asBoolean())).isEqualTo(2);
			assertThat(reply.body().path("quota").path("quotaUsed").asInt()).isEqualTo(4);
			assertThat(reply.body().path("quota").path("quotaRemaining").asInt()).isEqualTo(996);
		}
		finally {
			shared.redis().resume();
		}
		eventually("charged", () -> quotaUsed() == 4);
	}

	@Test
	void answersWithinTheDeadlineAndJudgesTheRestInTheBackground() {
		Sinks.One<Outcome> late = Sinks.one();
		this.verdicts.judging(
				(question) -> question.content().contains("slow") ? late.asMono() : FakeVerdicts.judgeAtOnce(question));
		this.service.classify(this.assertion, Bodies.posts("cached spam"));
		String body = Bodies.body(null, 50, List.of("cached spam", "slow one"));
		Reply reply = this.service.classify(this.assertion, body);
		assertThat(reply.label(0)).isEqualTo("BLOCK");
		assertThat(reply.classification(0).path("cached").asBoolean()).isTrue();
		assertThat(reply.label(1)).isEqualTo("ALLOW");
		assertThat(reply.classification(1).path("pending").asBoolean()).isTrue();
		assertThat(reply.classification(1).has("failedOpen")).isFalse();
		assertThat(quotaUsed()).as("a pending post is charged").isEqualTo(3);
		assertThat(reply.body().path("quota").path("quotaUsed").asInt()).isEqualTo(3);
		late.tryEmitValue(new Outcome.Judged(io.clearview.classifier.model.Label.BLOCK, Outcome.Source.MODEL, 0));
		Reply[] later = new Reply[1];
		int[] asked = new int[1];
		eventually("the verdict is known", () -> {
			asked[0]++;
			later[0] = this.service.classify(this.assertion, body);
			return later[0].classification(1).path("cached").asBoolean();
		});
		assertThat(later[0].label(1)).isEqualTo("BLOCK");
		assertThat(quotaUsed()).as("asking for a pending post again is free").isEqualTo(3 + asked[0]);
	}

	@Test
	void withNoTimeAtAllOnlyAnswersWhatIsKnown() {
		this.verdicts.judging((_) -> Mono.never());
		String body = Bodies.body(null, 0, List.of("anything"));
		Reply reply = this.service.classify(this.assertion, body);
		assertThat(reply.classification(0).path("pending").asBoolean()).isTrue();
		this.service.classify(this.assertion, body);
		assertThat(quotaUsed()).as("charged once").isEqualTo(1);
	}

	@Test
	void pendingPostsThatCannotBeJudgedAreGivenBackOnce() {
		this.verdicts.judging((question) -> question.content().contains("bad")
				? Mono.<Outcome>just(new FailedOpen(Reason.MODEL_TIMEOUT)).delayElement(Duration.ofMillis(600))
				: FakeVerdicts.judgeAtOnce(question));
		String body = Bodies.body(null, 0, List.of("bad one", "good one", "bad two"));
		this.service.classify(this.assertion, body);
		assertThat(quotaUsed()).isEqualTo(3);
		this.service.classify(this.assertion, body);
		assertThat(quotaUsed()).as("both bad ones are pending").isEqualTo(4);
		eventually("what failed is given back", () -> quotaUsed() == 2);
		this.verdicts.judging(FakeVerdicts::judgeAtOnce);
		eventually("what failed is charged again", () -> {
			this.service.classify(this.assertion, Bodies.posts("bad one"));
			return quotaUsed() > 2;
		});
	}

	@Test
	void aUserWithoutPatienceHasNoMoreJudgedThanTheQuotaAllows() {
		AtomicInteger judged = new AtomicInteger();
		this.verdicts.judging((question) -> {
			judged.incrementAndGet();
			return FakeVerdicts.judgeAtOnce(question).delayElement(Duration.ofMillis(20));
		});
		for (int i = 0; i < 10; i++) {
			int request = i;
			this.service.classify(this.assertion, Bodies.body(null, 0,
					IntStream.range(0, 50).mapToObj((post) -> "new " + request + " " + post).toList()));
		}
		eventually("judged", () -> judged.get() > 0);
		assertThat(judged.get()).isLessThanOrEqualTo(50);
		assertThat(quotaUsed()).isEqualTo(50);
	}

	@Test
	void anIdempotencyKeyPaysOnceForTheSamePosts() {
		String body = Bodies.posts("a", 10);
		this.service.classify(this.assertion, body, "Idempotency-Key", "k1");
		Reply again = this.service.classify(this.assertion, body, "Idempotency-Key", "k1");
		assertThat(again.body().path("quota").path("quotaUsed").asInt()).isEqualTo(10);
		this.service.classify(this.assertion, Bodies.posts("b", 10), "Idempotency-Key", "k1");
		assertThat(quotaUsed()).as("other posts under the same key").isEqualTo(20);
	}

	@Test
	void aBlankPostHasNothingToHide() {
		this.verdicts.judging((_) -> Mono.error(new AssertionError("nothing to judge")));
		assertThat(this.service.classify(this.assertion, """
				{"posts":[{"hash":"post_0","content":" \\t "}]}""").label(0)).isEqualTo("ALLOW");
	}

	@Test
	void theTierIsTheAccounts() {
		String pro = shared.gateway().user(this.user, Tier.PRO);
		Reply reply = this.service.classify(pro,
				Bodies.posts("a", 3).replace("{\"posts\"", "{\"tier\":\"enterprise\",\"posts\""));
		assertThat(reply.body().path("quota").path("quotaLimit").asInt()).isEqualTo(50_000);
	}

	@Test
	void tellsTheQuotaAsTheContractHasIt() {
		this.service.classify(this.assertion, Bodies.posts("a", 10));
		Reply reply = this.service.get("/quota", this.assertion);
		assertThat(reply.status()).isEqualTo(200);
		var daily = reply.body().path("quota").path("daily");
		assertThat(daily.path("limit").asInt()).isEqualTo(1_000);
		assertThat(daily.path("used").asInt()).isEqualTo(10);
		assertThat(daily.path("remaining").asInt()).isEqualTo(990);
		assertThat(daily.path("percentUsed").asString()).isEqualTo("1.0");
		assertThat(daily.path("percentUsed").isString()).isTrue();
		assertThat(daily.path("resetInMs").asInt()).isBetween(1, 86_400_000);
		var burst = reply.body().path("quota").path("burst");
		assertThat(burst.path("used").asInt()).isEqualTo(10);
		assertThat(burst.path("remaining").asInt()).isEqualTo(40);
		assertThat(burst.path("resetInMs").asInt()).isBetween(1, 60_000);
		assertThat(reply.body().path("quota").path("tier").asString()).isEqualTo("free");
		var tier = reply.body().path("tier");
		assertThat(tier.path("tier").asString()).isEqualTo("free");
		assertThat(tier.path("dailyQuota").asInt()).isEqualTo(1_000);
		assertThat(tier.path("burstLimit").asInt()).isEqualTo(50);
		assertThat(tier.path("description").asString()).isEqualTo("Free tier");
		assertThat(tier.path("BURST_WINDOW_MS").asInt()).isEqualTo(60_000);
		assertThat(quotaUsed()).as("reading consumes nothing").isEqualTo(10);
	}

	@Test
	void concurrentRequestsOfOneUserShareOneQuota() {
		List<CompletableFuture<Reply>> replies = IntStream.range(0, 40)
			.mapToObj((i) -> this.service.classifyAsync(this.assertion, Bodies.posts("r" + i, 2)))
			.toList();
		int judged = replies.stream()
			.map(CompletableFuture::join)
			.flatMap((reply) -> Stream.of(reply.classification(0), reply.classification(1)))
			.mapToInt((one) -> one.has("model") ? 1 : 0)
			.sum();
		assertThat(judged).isEqualTo(50);
		assertThat(quotaUsed()).isEqualTo(50);
	}

	@Test
	void whileNothingCanBeJudgedOnlyWhatIsKnownIsCharged() {
		this.service.classify(this.assertion, Bodies.posts("cached spam", "cached news"));
		this.verdicts.refusing(Reason.MODEL_UNAVAILABLE);
		this.verdicts.judging((_) -> Mono.error(new AssertionError("nothing is judged")));
		Reply reply = this.service.classify(this.assertion, Bodies.posts("new", "cached spam", "newer", "cached news"));
		assertThat(reply.label(1)).isEqualTo("BLOCK");
		assertThat(reply.classification(1).path("cached").asBoolean()).isTrue();
		assertThat(reply.classification(3).path("cached").asBoolean()).isTrue();
		for (int unknown : List.of(0, 2)) {
			assertThat(reply.label(unknown)).isEqualTo("ALLOW");
			assertThat(reply.classification(unknown).path("failedOpen").asBoolean()).isTrue();
			assertThat(reply.classification(unknown).path("reason").asString()).isEqualTo("MODEL_UNAVAILABLE");
		}
		assertThat(reply.body().path("quota").path("quotaUsed").asInt()).isEqualTo(4);
		assertThat(quotaUsed()).isEqualTo(4);
	}

	@Test
	void whileNothingCanBeJudgedARequestOfUnknownPostsReservesNothing() {
		this.verdicts.refusing(Reason.MODEL_BUDGET);
		Reply reply = this.service.classify(this.assertion, Bodies.body(null, 0, List.of("new", "newer")));
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.classification(0).path("reason").asString()).isEqualTo("MODEL_BUDGET");
		assertThat(reply.count((post) -> post.has("pending"))).isZero();
		assertThat(shared.redis().ask("KEYS quota:{" + this.user + "}*")).as("nothing is written").startsWith("*0");
	}

	@Test
	void whileNothingCanBeJudgedAUserWithoutQuotaIsRejectedAllTheSame() {
		this.service.classify(this.assertion, Bodies.posts("a", 50));
		this.verdicts.refusing(Reason.MODEL_UNAVAILABLE);
		for (String body : List.of(Bodies.posts("new"), Bodies.posts("a", 1))) {
			Reply reply = this.service.classify(this.assertion, body);
			assertThat(reply.status()).isEqualTo(429);
			assertThat(reply.error()).isEqualTo("BURST_LIMIT_EXCEEDED");
		}
		assertThat(quotaUsed()).isEqualTo(50);
	}

	@Test
	void whileNothingCanBeJudgedAUserWithoutQuotaIsNotRejectedForPostsThatAreCharged() {
		Sinks.One<Outcome> late = Sinks.one();
		this.verdicts.judging((question) -> question.content().contains("charged") ? late.asMono()
				: FakeVerdicts.judgeAtOnce(question));
		Reply pending = this.service.classify(this.assertion, Bodies.body(null, 0, List.of("charged")));
		assertThat(pending.classification(0).path("pending").asBoolean()).isTrue();
		this.service.classify(this.assertion, Bodies.posts("a", 49));
		String body = Bodies.posts("charged", "a 0");
		Reply works = this.service.classify(this.assertion, Bodies.body(null, 0, List.of("charged", "a 0")));
		assertThat(works.status()).as("where the model works").isEqualTo(200);
		this.verdicts.refusing(Reason.MODEL_UNAVAILABLE);
		Reply reply = this.service.classify(this.assertion, body);
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.classification(0).path("reason").asString()).isEqualTo("MODEL_UNAVAILABLE");
		assertThat(reply.classification(1).path("reason").asString()).isEqualTo("BURST_LIMIT_EXCEEDED");
		assertThat(quotaUsed()).isEqualTo(50);
		Reply refused = this.service.classify(this.assertion, Bodies.posts("a 0", "charged"));
		assertThat(refused.status()).as("as where the model works").isEqualTo(429);
		late.tryEmitValue(new FailedOpen(Reason.MODEL_TIMEOUT));
	}

	@Test
	void whileNothingCanBeJudgedWhatIsKnownIsAnsweredAsFarAsTheQuotaGoes() {
		this.service.classify(this.assertion, Bodies.posts("spam", 3));
		this.service.classify(this.assertion, Bodies.posts("a", 45));
		this.verdicts.refusing(Reason.MODEL_UNAVAILABLE);
		Reply reply = this.service.classify(this.assertion, Bodies.posts("new", "spam 0", "spam 1", "spam 2"));
		assertThat(reply.classification(0).path("reason").asString()).isEqualTo("MODEL_UNAVAILABLE");
		assertThat(reply.label(1)).isEqualTo("BLOCK");
		assertThat(reply.label(2)).isEqualTo("BLOCK");
		assertThat(reply.classification(3).path("reason").asString()).isEqualTo("BURST_LIMIT_EXCEEDED");
		assertThat(quotaUsed()).isEqualTo(50);
	}

	@Test
	void aCallerThatLeavesGetsBackWhatIsNotJudgedAndPaysForTheRest() {
		Sinks.One<Outcome> late = Sinks.one();
		Sinks.One<Outcome> failing = Sinks.one();
		AtomicInteger asked = judgingBadPostsBy(failing, late);
		CompletableFuture<Reply> left = this.service.classifyAsync(this.assertion,
				Bodies.posts("bad one", "good one", "bad two"));
		eventually("all are being judged", () -> asked.get() == 3);
		assertThat(quotaUsed()).isEqualTo(3);
		left.cancel(true);
		eventually("the service knows that its caller has left", () -> inBackground() == 3);
		late.tryEmitValue(new Outcome.Judged(io.clearview.classifier.model.Label.ALLOW, Outcome.Source.MODEL, 0));
		failing.tryEmitValue(new FailedOpen(Reason.MODEL_TIMEOUT));
		eventually("what failed is given back", () -> quotaUsed() == 1);
		eventually("it has ended", () -> inBackground() == 0);
	}

	@Test
	void countsThePostsOfACallerThatHasLeft() {
		Sinks.One<Outcome> late = Sinks.one();
		Sinks.One<Outcome> failing = Sinks.one();
		AtomicInteger asked = judgingBadPostsBy(failing, late);
		double before = inBackground();
		double classified = posts("classified");
		double failedOpen = posts("failed_open");
		CompletableFuture<Reply> left = this.service.classifyAsync(this.assertion,
				Bodies.posts("bad a", "good b", "bad c"));
		eventually("all are being judged", () -> asked.get() == 3);
		left.cancel(true);
		eventually("the service knows that its caller has left", () -> inBackground() == before + 3);
		assertThat(posts("classified")).isEqualTo(classified);
		late.tryEmitValue(new Outcome.Judged(io.clearview.classifier.model.Label.ALLOW, Outcome.Source.MODEL, 0));
		failing.tryEmitValue(new FailedOpen(Reason.MODEL_TIMEOUT));
		eventually("what was judged is counted", () -> posts("classified") == classified + 1);
		eventually("what failed is counted", () -> posts("failed_open") == failedOpen + 2);
	}

	/** Returns how many posts were asked for. */
	private AtomicInteger judgingBadPostsBy(Sinks.One<Outcome> bad, Sinks.One<Outcome> others) {
		AtomicInteger asked = new AtomicInteger();
		this.verdicts.judging((question) -> {
			asked.incrementAndGet();
			return question.content().contains("bad") ? bad.asMono() : others.asMono();
		});
		return asked;
	}

	@Test
	void judgingEndsWithItsCallersWhereTooManyHaveLeft() {
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger cancelled = new AtomicInteger();
		Sinks.One<Outcome> late = Sinks.one();
		this.verdicts.judging((_) -> late.asMono()
			.doOnSubscribe((_) -> asked.incrementAndGet())
			.doOnCancel(cancelled::incrementAndGet));
		String enterprise = shared.gateway().user("d" + this.user.substring(1), Tier.ENTERPRISE);
		int requests = FakeJudgedService.BACKGROUND_POSTS / 50 + 2;
		List<CompletableFuture<Reply>> left = IntStream.range(0, requests)
			.mapToObj((i) -> this.service.classifyAsync(enterprise, Bodies.posts("never " + i, 50)))
			.toList();
		eventually("all are being judged", () -> asked.get() == requests * 50);
		left.forEach((one) -> one.cancel(true));
		eventually("two requests have no room", () -> cancelled.get() == 100);
		assertThat(this.service.used(enterprise)).as("what is being judged stays charged").isEqualTo(requests * 50);
		assertThat(inBackground()).isEqualTo(FakeJudgedService.BACKGROUND_POSTS);
		late.tryEmitValue(new FailedOpen(Reason.MODEL_TIMEOUT));
		eventually("the others have ended", () -> inBackground() == 0);
	}

	@Test
	void aFaultInsideIsTheContractsErrorAndNothingOfIt() {
		this.verdicts.judging((_) -> {
			throw new IllegalStateException("secret detail");
		});
		Reply reply = this.service.classify(this.assertion, Bodies.posts("a"));
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.classification(0).path("failedOpen").asBoolean()).isTrue();
		assertThat(reply.response().body()).doesNotContain("secret").doesNotContain("IllegalState");
	}

	@Test
	void waitsForEverythingWithoutADeadline() {
		this.verdicts.judging((question) -> FakeVerdicts.judgeAtOnce(question).delayElement(Duration.ofMillis(300)));
		assertThat(this.service.classify(this.assertion, Bodies.posts("spam")).label(0)).isEqualTo("BLOCK");
	}

	private double posts(String result) {
		return this.service.bean(MeterRegistry.class).get("clearview.posts").tag("result", result).counter().count();
	}

	private double inBackground() {
		return this.service.bean(MeterRegistry.class).get("clearview.background.posts").gauge().value();
	}

	private int quotaUsed() {
		return this.service.used(this.assertion);
	}

}
