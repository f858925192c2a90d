package io.clearview.classifier.model.openai;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.clearview.classifier.model.Deadline;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.guard.Failures;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;

/**
 * Asks the provider one small question when the service has started, so that a wrong
 * setting is logged before a user meets it. Nothing waits for the response, and whatever
 * it is, the service is ready. The call is limited, counted and paid for like any other.
 * {@code /actuator/info} shows the result.
 */
final class StartCheck implements InfoContributor, AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(StartCheck.class);

	private static final String PREFERENCE = "Block spam";

	private static final List<String> POSTS = List.of("Good morning, have a nice day.");

	/** A provider that loads its model may take so long for the first response. */
	private static final Duration LONGEST = Duration.ofSeconds(7);

	private final boolean enabled;

	private final Model model;

	private final Failures failures;

	private volatile Disposable call = Disposables.disposed();

	private volatile Result result;

	/**
	 * Creates a check that runs once.
	 * @param enabled whether it runs at all
	 * @param model the provider's, with its guards
	 * @param failures where the provider logs what is wrong
	 */
	StartCheck(boolean enabled, Model model, Failures failures) {
		this.enabled = enabled;
		this.model = model;
		this.failures = failures;
		this.result = new Result(enabled ? State.RUNNING : State.OFF, null);
	}

	@EventListener(ApplicationStartedEvent.class)
	void run() {
		if (!this.enabled || this.result.state() != State.RUNNING) {
			return;
		}
		long start = System.nanoTime();
		this.call = this.model.judge(PREFERENCE, POSTS)
			.contextWrite(Deadline.at(start + LONGEST.toNanos()))
			.timeout(LONGEST.plusSeconds(1))
			.subscribe((judgements) -> answered(judgements, start), this::failed);
	}

	private void answered(List<Judgement> judgements, long start) {
		boolean labelled = judgements.stream().anyMatch((judgement) -> judgement.fault() == null);
		if (labelled) {
			log.info("model {} labelled the start check's post after {} ms", this.model.name(),
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
		}
		this.result = new Result(labelled ? State.WORKS : State.UNLABELLED, this.failures.latest());
	}

	/** What the provider or a key did is logged already, in one line. */
	private void failed(Throwable failure) {
		Fault fault = (failure instanceof ModelException known) ? known.fault() : Fault.UNEXPECTED;
		String text = String.valueOf(failure.getMessage());
		if (isUnlogged(fault)) {
			text = "no response to the start check (" + text + "); is clearview.model.base-url right, and is"
					+ " clearview.model.guard.timeout long enough?";
			log.warn("model {}: {}", this.model.name(), text);
		}
		this.result = new Result(state(fault), text);
	}

	private static boolean isUnlogged(Fault fault) {
		return switch (fault) {
			case TIMEOUT, CUT_SHORT, NO_TIME, UNEXPECTED -> true;
			default -> false;
		};
	}

	private static State state(Fault fault) {
		return switch (fault) {
			case BAD_KEY, UNPAID, UNSUPPORTED, MISCONFIGURED, NO_COMPLETION, INCOMPLETE, PROMPT_CUT ->
				State.MISCONFIGURED;
			// this answer had no labels, others may have
			case UNREADABLE, DECLINED, DECLINED_LATELY, REJECTED, PREFERENCE_DECLINED -> State.UNLABELLED;
			case TOO_LONG, RATE_LIMIT, KEY_QUOTA, KEYS_COOLING, BUDGET, NO_TIME, CUT_SHORT, TIMEOUT, UNAVAILABLE,
					LOADING, BREAKER_OPEN, UNEXPECTED ->
				State.UNAVAILABLE;
		};
	}

	@Override
	public void contribute(Info.Builder builder) {
		Result now = this.result;
		builder.withDetail("model", Map.of("name", this.model.name(), "startCheck", now.state().label(), "detail",
				(now.detail() != null) ? now.detail() : ""));
	}

	@Override
	public void close() {
		this.call.dispose();
	}

	private enum State {

		/** Not asked. */
		OFF,

		/** Not answered yet. */
		RUNNING,

		/** The post was labelled. */
		WORKS,

		/** An operator has to change something. */
		MISCONFIGURED,

		/** It was answered without a label. Other posts may be labelled. */
		UNLABELLED,

		/** It may pass. */
		UNAVAILABLE;

		String label() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * How the check ended.
	 *
	 * @param detail the line that was logged; {@code null} if none was
	 */
	private record Result(State state, @Nullable String detail) {
	}

}
