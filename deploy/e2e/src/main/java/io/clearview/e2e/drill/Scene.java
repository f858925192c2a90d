package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

/**
 * One row of the degradation table.
 *
 * @param broken what is broken
 * @param how in which way
 * @param promise what users may see of it, at most
 * @param least how long it stays broken, if that is more than the pace says
 * @param breaking breaks it
 * @param mending mends it
 * @param check looks closer while it is broken; a problem in words, or nothing
 */
record Scene(String broken, String how, Promise promise, Duration least, Step breaking, Step mending,
		Function<Fleet, String> check) {

	/** Something done to the fleet. */
	@FunctionalInterface
	interface Step {

		void on(Fleet fleet) throws IOException;

	}

	/**
	 * What users may see at most.
	 *
	 * @param reasons for which posts may be shown unjudged
	 * @param fresh whether only posts may that nobody sent before
	 * @param seen whether that must be seen, or nothing was broken at all
	 * @param inFlight whether requests that were under way at the moment of breaking may
	 * be answered unjudged or not at all
	 * @param away whether no answer at all is what breaking means
	 */
	record Promise(Set<String> reasons, boolean fresh, boolean seen, boolean inFlight, boolean away) {

		/** Nothing. */
		static final Promise NOTHING = new Promise(Set.of(), false, false, false, false);

		/** Nothing, but for requests under way. */
		static final Promise IN_FLIGHT = new Promise(Set.of("CLASSIFIER_UNAVAILABLE"), false, false, true, false);

		/** No service at all. */
		static final Promise AWAY = new Promise(Set.of("CLASSIFIER_UNAVAILABLE"), false, false, false, true);

		/** What was judged before is answered; what was not is shown. */
		static Promise freshShown(String... reasons) {
			return new Promise(Set.of(reasons), true, true, false, false);
		}

		/** Everything is shown. */
		static Promise allShown(String... reasons) {
			return new Promise(Set.of(reasons), false, true, false, false);
		}

	}

	static Scene of(String broken, String how, Promise promise, Step breaking, Step mending) {
		return new Scene(broken, how, promise, Duration.ZERO, breaking, mending, (_) -> "");
	}

	Scene atLeast(Duration time) {
		return new Scene(this.broken, this.how, this.promise, time, this.breaking, this.mending, this.check);
	}

	Scene checking(Function<Fleet, String> closer) {
		return new Scene(this.broken, this.how, this.promise, this.least, this.breaking, this.mending, closer);
	}

}
