package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * One row of the degradation table.
 *
 * @param id its name on the command line
 * @param broken what is broken
 * @param how in which way
 * @param promise what users may see of it
 * @param hold how long it stays broken, if that is more than the pace says
 * @param preparing what is waited for before users are looked at
 * @param breaking breaks it
 * @param mending mends it; returns when every process is ready
 * @param check looks closer while it is broken
 * @param uncounted posts that a user may have been answered and not charged, at most
 */
record Scene(String id, String broken, String how, Promise promise, Duration hold, Step preparing, Step breaking,
		Step mending, Check check, int uncounted) {

	/** Something done to the fleet. */
	@FunctionalInterface
	interface Step {

		void on(Fleet fleet) throws IOException;

	}

	/** Looks at the fleet. Answers with a problem in words, or with nothing. */
	@FunctionalInterface
	interface Check {

		String on(Fleet fleet) throws IOException;

	}

	/**
	 * What users may see at most, and what they must see, or nothing was broken at all.
	 *
	 * @param words the design's, for a person
	 * @param reasons for which posts may be shown unjudged
	 * @param noticed after this no post is shown unjudged any more
	 * @param unjudged whether some posts must have been
	 * @param knownJudged whether posts that were judged before always are
	 * @param stale whether verdicts past their soft age must have stood in
	 * @param lost requests that may go without an answer after they reached somebody
	 * @param away whether nobody may be there to be reached
	 */
	record Promise(String words, Set<String> reasons, Duration noticed, boolean unjudged, boolean knownJudged,
			boolean stale, int lost, boolean away) {

		private static final Duration NEVER = Duration.ofDays(1);

		/** Requests under way at the moment of breaking; the load is light. */
		private static final int IN_FLIGHT = 5;

		/** Every post judged, every request answered. */
		static Promise nothing() {
			return new Promise("nothing", Set.of(), NEVER, false, false, false, 0, false);
		}

		/** What was judged before is answered, what was not is shown. */
		static Promise knownJudged(Set<String> reasons) {
			return new Promise("stale verdict, else shown", reasons, NEVER, true, true, true, 0, false);
		}

		/** Every post is shown. */
		static Promise allShown(Set<String> reasons) {
			return new Promise("200, every post shown", reasons, NEVER, true, false, false, 0, false);
		}

		/** Nothing but for what it had in flight. */
		static Promise inFlightOnly(Set<String> reasons, Duration noticed) {
			return new Promise("nothing, but requests in flight on it", reasons, noticed, false, false, false,
					IN_FLIGHT, false);
		}

		/** Nobody is there, and everything is as it was afterwards. */
		static Promise away(Set<String> reasons) {
			return new Promise("no connection; tokens and quotas survive", reasons, NEVER, false, false, false,
					IN_FLIGHT, true);
		}

		/** Posts need not be shown, nor verdicts be stale. */
		Promise orBetter() {
			return new Promise(this.words, this.reasons, this.noticed, false, this.knownJudged, false, this.lost,
					this.away);
		}

	}

	static Scene of(String id, String broken, String how, Promise promise, Step breaking, Step mending) {
		return new Scene(id, broken, how, promise, Duration.ZERO, (_) -> {
		}, breaking, mending, (_) -> "", 0);
	}

	Scene holding(Duration time) {
		return new Scene(this.id, this.broken, this.how, this.promise, time, this.preparing, this.breaking,
				this.mending, this.check, this.uncounted);
	}

	/** Breaks it some time before users are looked at, and waits for what that brings. */
	Scene onceBroken(Step waiting) {
		return new Scene(this.id, this.broken, this.how, this.promise, this.hold, (fleet) -> {
			this.breaking.on(fleet);
			waiting.on(fleet);
		}, (_) -> {
		}, this.mending, this.check, this.uncounted);
	}

	/** Waits for something before it is broken. */
	Scene after(Step step) {
		return new Scene(this.id, this.broken, this.how, this.promise, this.hold, step, this.breaking, this.mending,
				this.check, this.uncounted);
	}

	Scene checking(Check closer) {
		return new Scene(this.id, this.broken, this.how, this.promise, this.hold, this.preparing, this.breaking,
				this.mending, closer, this.uncounted);
	}

	/** Allows that so many posts of each user are not charged. */
	Scene uncounted(int posts) {
		return new Scene(this.id, this.broken, this.how, this.promise, this.hold, this.preparing, this.breaking,
				this.mending, this.check, posts);
	}

}
