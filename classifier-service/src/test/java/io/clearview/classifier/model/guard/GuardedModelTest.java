package io.clearview.classifier.model.guard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.clearview.classifier.model.Deadline;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.guard.BudgetReservation.Granted;
import io.clearview.classifier.model.guard.BudgetReservation.Limit;
import io.clearview.classifier.model.guard.BudgetReservation.Refused;
import io.clearview.classifier.model.guard.GuardedModel.Time;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.Logged;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/** Everything here happens in virtual time. */
class GuardedModelTest {

	private static final TokenUsage USAGE = new TokenUsage(90, 0, 10);

	private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

	private final Logged logged = new Logged(GuardedModel.class.getPackageName());

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Books books = new Books();

	private final Script provider = new Script();

	private double chance = 0.5;

	private final GuardedModel model = model(GuardLimits.of(Map.of()));

	private GuardedModel model(GuardProperties limits) {
		InstantSource wall = () -> Instant.EPOCH.plus(Duration.ofDays(20_000))
			.plusMillis(this.scheduler.now(TimeUnit.MILLISECONDS));
		Clock clock = wall.withZone(ZoneOffset.UTC);
		Time time = new Time(this.scheduler, clock, () -> this.scheduler.now(TimeUnit.NANOSECONDS), () -> this.chance);
		return new GuardedModel(this.provider, limits, this.books, new ModelBreaker("m", limits, clock),
				new ModelMetrics(this.meters), time);
	}

	@AfterEach
	void stopListening() {
		this.logged.close();
	}

	@Test
	void answersWithEachPostsShareOfTheCost() {
		this.provider.then(answer(new TreeMap<>(Map.of(0, Label.ALLOW, 1, Label.BLOCK, 2, Label.ALLOW)), USAGE));
		Result result = judge();
		assertThat(result.judgements()).extracting(Judgement::label)
			.containsExactly(Label.ALLOW, Label.BLOCK, Label.ALLOW);
		assertThat(result.judgements()).extracting(Judgement::costNanos).containsExactly(33L, 33L, 34L);
	}

	@Test
	void settlesWhatACallTook() {
		this.provider.then(answer(Map.of(0, Label.ALLOW), USAGE));
		judge();
		assertThat(this.books.entries).containsExactly("reserve 1000", "settle 1 requests 100 tokens 100 nanos");
		assertThat(this.meters.get(Metrics.MODEL_TOKENS).tag("kind", "prompt").counter().count()).isEqualTo(90);
	}

	@Test
	void asksNobodyWhenTheBudgetIsSpent() {
		this.books.refusing = Limit.COST;
		for (int i = 0; i < 5; i++) {
			assertThat(judge().kind()).isEqualTo(Kind.BUDGET);
		}
		assertThat(this.provider.asked).isZero();
		assertThat(this.meters.get(Metrics.MODEL_REFUSED).tag("by", "cost").counter().count()).isEqualTo(5);
		assertThat(this.logged.messages()).filteredOn((message) -> message.contains("daily cap")).hasSize(1);
	}

	@Test
	void triesAgainWithFullJitterAndReservesEachTry() {
		this.provider.then(unavailable(Duration.ZERO)).then(unavailable(Duration.ZERO)).then(labels());
		Result result = begin();
		assertThat(this.provider.asked).isOne();
		advance(Duration.ofMillis(99));
		assertThat(this.provider.asked).isOne();
		advance(Duration.ofMillis(1));
		assertThat(this.provider.asked).isEqualTo(2);
		advance(Duration.ofMillis(199));
		assertThat(this.provider.asked).isEqualTo(2);
		advance(Duration.ofMillis(1));
		assertThat(result.judgements()).hasSize(1);
		assertThat(this.books.entries).containsExactly("reserve 1000", "settle 1 requests 0 tokens 0 nanos",
				"reserve again 1000", "settle 1 requests 0 tokens 0 nanos", "reserve again 1000",
				"settle 1 requests 100 tokens 100 nanos");
	}

	@Test
	void triesAtMostTwiceAgain() {
		this.provider.always(unavailable(Duration.ZERO));
		Result result = begin();
		advance(Duration.ofSeconds(10));
		assertThat(result.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(this.provider.asked).isEqualTo(3);
	}

	@Test
	void doesNotTryAgainWhatWouldFailAgain() {
		this.provider
			.always(() -> Mono.error(new ProviderException(Fault.UNREADABLE, Duration.ZERO, 1, USAGE, "gibberish")));
		assertThat(judge().kind()).isEqualTo(Kind.GARBAGE);
		assertThat(this.provider.asked).isOne();
		assertThat(this.books.entries).containsExactly("reserve 1000", "settle 1 requests 100 tokens 100 nanos");
	}

	@Test
	void givesUpWhenTheRetryBudgetIsSpent() {
		this.provider.always(unavailable(Duration.ZERO));
		this.books.refusingAgain = Limit.RETRIES;
		Result result = begin();
		advance(Duration.ofSeconds(1));
		assertThat(result.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(this.provider.asked).isOne();
		assertThat(this.meters.get(Metrics.MODEL_REFUSED).tag("by", "retries").counter().count()).isOne();
	}

	@Test
	void waitsAsLongAsTheProviderWants() {
		this.provider.then(unavailable(Duration.ofSeconds(2))).then(labels());
		Result result = begin();
		advance(Duration.ofMillis(2_099));
		assertThat(this.provider.asked).isOne();
		advance(Duration.ofMillis(1));
		assertThat(result.judgements()).hasSize(1);
	}

	@Test
	void doesNotWaitBeyondTheDeadline() {
		this.provider.then(unavailable(Duration.ofSeconds(8)));
		assertThat(judge().kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(this.provider.asked).isOne();
	}

	@Test
	void endsATryAfterFiveSecondsAndTheCallBeforeSeven() {
		this.provider.always(Mono::never);
		this.chance = 0;
		Result result = begin();
		advance(Duration.ofMillis(4_999));
		assertThat(this.provider.asked).isOne();
		advance(Duration.ofMillis(1));
		assertThat(this.provider.asked).isEqualTo(2);
		assertThat(this.provider.cancelled).isOne();
		advance(Duration.ofMillis(1_974));
		assertThat(result.fault.get()).isNull();
		advance(Duration.ofMillis(1));
		assertThat(result.kind()).isEqualTo(Kind.TIMEOUT);
		assertThat(this.provider.cancelled).isEqualTo(2);
		assertThat(this.books.entries).containsExactly("reserve 1000", "reserve again 1000");
	}

	@Test
	void endsJustBeforeTheCallersDeadline() {
		this.provider.always(Mono::never);
		Result result = begin(this.scheduler.now(TimeUnit.NANOSECONDS) + Duration.ofMillis(300).toNanos());
		advance(Duration.ofMillis(274));
		assertThat(result.fault.get()).isNull();
		advance(Duration.ofMillis(1));
		assertThat(result.kind()).isEqualTo(Kind.TIMEOUT);
	}

	@Test
	void asksNobodyWhenNoTimeIsLeft() {
		assertThat(begin(this.scheduler.now(TimeUnit.NANOSECONDS)).kind()).isEqualTo(Kind.TIMEOUT);
		assertThat(this.provider.asked).isZero();
		assertThat(this.books.entries).isEmpty();
	}

	@Test
	void opensAfterTenFailuresInARowAndRefusesAtOnce() {
		this.provider.always(broken());
		for (int i = 0; i < 9; i++) {
			judge();
		}
		this.provider.then(labels());
		judge();
		for (int i = 0; i < 9; i++) {
			judge();
		}
		assertThat(this.provider.asked).isEqualTo(19);
		judge();
		this.books.entries.clear();
		for (int i = 0; i < 50; i++) {
			assertThat(judge().kind()).isEqualTo(Kind.UNAVAILABLE);
		}
		assertThat(this.provider.asked).isEqualTo(20);
		assertThat(this.books.entries).isEmpty();
		assertThat(this.meters.get(Metrics.MODEL_REFUSED).tag("by", "breaker").counter().count()).isEqualTo(50);
		assertThat(this.logged.messages()).filteredOn((message) -> message.contains("model m is")).hasSize(1);
	}

	@Test
	void halfOpensAfterAnEighthOfTheOutageAndClosesWhenTheModelIsBack() {
		openBreaker();
		advance(Duration.ofMillis(999));
		judge();
		assertThat(this.provider.asked).isEqualTo(10);
		advance(Duration.ofMillis(2));
		this.provider.always(Mono::never);
		for (int i = 0; i < 3; i++) {
			begin();
		}
		assertThat(this.provider.asked).isEqualTo(13);
		this.books.entries.clear();
		assertThat(judge().kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(this.provider.asked).isEqualTo(13);
		assertThat(this.books.entries).as("the reservation is given back")
			.containsExactly("reserve 1000", "settle 0 requests 0 tokens 0 nanos");
		advance(Duration.ofSeconds(7));

		advance(Duration.ofMillis(1_001));
		this.provider.always(labels());
		for (int i = 0; i < 20; i++) {
			assertThat(judge().judgements()).hasSize(1);
		}
		assertThat(this.logged.messages()).filteredOn((message) -> message.contains("model m is out")).hasSize(1);
		assertThat(this.logged.messages()).filteredOn((message) -> message.contains("model m is back after 9002 ms"))
			.hasSize(1);
	}

	@Test
	void aCancelledCallIsCancelledAtTheProviderAndSaysNothingOfItsHealth() {
		this.provider.always(Mono::never);
		for (int i = 0; i < 30; i++) {
			begin().subscription.dispose();
		}
		assertThat(this.provider.cancelled).isEqualTo(30);
		this.provider.always(labels());
		assertThat(judge().judgements()).hasSize(1);
	}

	@Test
	void whoeverGivesUpAfterATryHasFailedCountsAsAFailure() {
		this.provider.always(Mono::never);
		this.chance = 0;
		List<Result> calls = IntStream.range(0, 10).mapToObj((_) -> begin()).toList();
		advance(Duration.ofMillis(5_500));
		calls.forEach((call) -> call.subscription.dispose());
		int asked = this.provider.asked;
		assertThat(judge().kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(this.provider.asked).isEqualTo(asked);
	}

	@Test
	void knowsWithoutACallThatTheBreakerIsOpen() {
		assertThat(this.model.refusal()).isNull();
		openBreaker();
		assertThat(this.model.refusal()).isEqualTo(Fault.BREAKER_OPEN);
		this.model.spared(Fault.BREAKER_OPEN);
		assertThat(this.meters.get(Metrics.MODEL_REFUSED).tag("by", "breaker").counter().count()).isOne();
		advance(Duration.ofMillis(1_001));
		assertThat(this.model.refusal()).as("a call is to be tried").isNull();
		assertThat(this.provider.asked).isEqualTo(10);
	}

	@Test
	void looksAgainASecondAfterTheDailyCapWasReached() {
		this.books.refusing = Limit.COST;
		judge();
		assertThat(this.model.refusal()).isEqualTo(Fault.BUDGET);
		advance(Duration.ofSeconds(1));
		assertThat(this.model.refusal()).isNull();
		this.books.refusing = Limit.REQUESTS;
		judge();
		assertThat(this.model.refusal()).as("the minute's limits may have room for less").isNull();
	}

	@Test
	void knowsThatAllKeysCoolDownForLongerThanACallMayTake() {
		this.provider.cooldown = Duration.ofMillis(7_500);
		assertThat(judge().kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(this.model.refusal()).isEqualTo(Fault.KEYS_COOLING);
		advance(Duration.ofMillis(500));
		assertThat(this.model.refusal()).as("a call could wait for a key").isNull();
	}

	private void openBreaker() {
		this.provider.always(broken());
		for (int i = 0; i < 10; i++) {
			judge();
		}
	}

	private void advance(Duration by) {
		this.scheduler.advanceTimeBy(by);
	}

	private Result judge() {
		return begin();
	}

	private Result begin() {
		return begin(Long.MAX_VALUE);
	}

	private Result begin(long deadline) {
		Result result = new Result();
		Mono<List<Judgement>> call = this.model.judge("no spam", List.of("a post"));
		result.subscription = ((deadline != Long.MAX_VALUE) ? call.contextWrite(Deadline.at(deadline)) : call)
			.subscribe(result.answer::set, result.fault::set);
		return result;
	}

	private static Supplier<Mono<ProviderResponse>> labels() {
		return answer(Map.of(0, Label.ALLOW), USAGE);
	}

	private static Supplier<Mono<ProviderResponse>> answer(Map<Integer, Label> labels, TokenUsage usage) {
		return () -> Mono.just(new ProviderResponse(labels, usage, 1));
	}

	private static Supplier<Mono<ProviderResponse>> unavailable(Duration retryAfter) {
		return () -> Mono.error(new ProviderException(Fault.UNAVAILABLE, retryAfter, 1, TokenUsage.NONE, "status 503"));
	}

	private static Supplier<Mono<ProviderResponse>> broken() {
		return () -> Mono.error(new ProviderException(Fault.UNEXPECTED, Duration.ZERO, 1, TokenUsage.NONE, "broken"));
	}

	private static final class Result {

		private final AtomicReference<List<Judgement>> answer = new AtomicReference<>();

		private final AtomicReference<Throwable> fault = new AtomicReference<>();

		private Disposable subscription;

		List<Judgement> judgements() {
			assertThat(this.fault.get()).isNull();
			return this.answer.get();
		}

		Kind kind() {
			assertThat(this.fault.get()).isInstanceOf(ModelException.class);
			return ((ModelException) this.fault.get()).kind();
		}

	}

	/** A provider that does what it is told. */
	private static final class Script implements Provider {

		private final Deque<Supplier<Mono<ProviderResponse>>> next = new ArrayDeque<>();

		private Supplier<Mono<ProviderResponse>> always = () -> Mono
			.error(new AssertionError("not expected to be asked"));

		private int asked;

		private int cancelled;

		private Duration cooldown = Duration.ZERO;

		@Override
		public Duration cooldown() {
			return this.cooldown;
		}

		Script then(Supplier<Mono<ProviderResponse>> answer) {
			this.next.add(answer);
			return this;
		}

		void always(Supplier<Mono<ProviderResponse>> answer) {
			this.always = answer;
		}

		@Override
		public Mono<ProviderResponse> ask(String preference, List<String> posts) {
			this.asked++;
			return (this.next.isEmpty() ? this.always : this.next.poll()).get().doOnCancel(() -> this.cancelled++);
		}

		@Override
		public TokenUsage estimate(String preference, List<String> posts) {
			return new TokenUsage(900, 0, 100);
		}

		@Override
		public long costNanos(TokenUsage usage) {
			return usage.total();
		}

		@Override
		public String name() {
			return "m";
		}

		@Override
		public String promptVersion() {
			return "1";
		}

	}

	/** A budget that writes down what it is told. */
	private static final class Books implements Budget {

		private final List<String> entries = new ArrayList<>();

		private Limit refusing;

		private Limit refusingAgain;

		@Override
		public Mono<BudgetReservation> reserve(long tokens, long costNanos, boolean again) {
			Limit limit = again ? this.refusingAgain : this.refusing;
			if (limit != null) {
				return Mono.just(new Refused(limit));
			}
			this.entries.add((again ? "reserve again " : "reserve ") + tokens);
			return Mono.just(new Granted(0, 0, true, again, tokens, costNanos));
		}

		@Override
		public void settle(Granted reservation, int requests, long tokens, long costNanos) {
			this.entries.add("settle " + requests + " requests " + tokens + " tokens " + costNanos + " nanos");
		}

	}

}
