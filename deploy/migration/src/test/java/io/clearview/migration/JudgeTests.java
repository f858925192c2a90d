package io.clearview.migration;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.migration.Reading.Kind;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The rehearsal notices what must not happen. */
class JudgeTests {

	private static final Post POST = Post.of("news");

	private static final Step STEP = Step.of("50 %", "route --share 50");

	private final Judge judge = new Judge();

	private final Person user = new Person("198.18.0.7", "Bearer x", false);

	private final Person reader = new Person("198.18.1.7", "Bearer y", true);

	@Test
	void whatIsServedInFullIsNoProblem() {
		assertThat(problems(STEP, served(this.user, "new", "50"))).isEmpty();
	}

	@Test
	void aUserWhoIsLockedOutIsAProblem() {
		assertThat(problems(STEP, reading(this.user, 401, "new; share=50", "{}"))).singleElement()
			.asString()
			.contains("401=1");
		assertThat(problems(STEP, new Reading(Kind.QUOTA, this.user, List.of(), 4, Duration.ZERO, null)))
			.singleElement()
			.asString()
			.contains("0=1");
		assertThat(problems(STEP,
				new Reading(Kind.SIGN_UP, this.user, List.of(), 1, Duration.ZERO, answer(429, "old; share=50", "{}"))))
			.isNotEmpty();
	}

	@Test
	void aLostLabelIsAProblemUnlessThatIsWhatIsBroken() {
		Reading unjudged = reading(this.user, 200, "new; share=50",
				entry(POST.hash(), "ALLOW", "\"failedOpen\":true,\"reason\":\"CLASSIFIER_UNAVAILABLE\""));
		assertThat(problems(STEP, unjudged)).containsExactly("1 posts unjudged");
		assertThat(problems(STEP.mayBeUnjudgedAt("50"), unjudged)).isEmpty();
		assertThat(problems(STEP.mayBeUnjudgedAt("10"), unjudged)).containsExactly("1 posts unjudged");
	}

	@Test
	void aWrongLabelIsAProblem() {
		assertThat(problems(STEP, reading(this.user, 200, "new; share=50", entry(POST.hash(), "BLOCK", "\"x\":1"))))
			.containsExactly("1 wrong labels");
		assertThat(problems(STEP, reading(this.user, 200, "new; share=50", entry("other", "ALLOW", "\"x\":1"))))
			.containsExactly("1 wrong labels");
		assertThat(problems(STEP, reading(this.user, 200, "new; share=50", "{\"classifications\":[]}")))
			.containsExactly("1 wrong labels");
	}

	@Test
	void aLimitIsRightOnlyForWhoReadsTooMuch() {
		String body = "{\"error\":\"BURST_LIMIT_EXCEEDED\"}";
		assertThat(problems(STEP, reading(this.reader, 429, "old; share=50", body))).isEmpty();
		assertThat(problems(STEP, reading(this.user, 429, "old; share=50", body))).hasSize(1);
		assertThat(problems(STEP, reading(this.reader, 429, "old; share=50", "{\"error\":\"RATE_LIMIT_EXCEEDED\"}")))
			.hasSize(1);
	}

	@Test
	void onlyARollBackMovesAUserBack() {
		assertThat(problems(STEP, served(this.user, "new", "10"))).isEmpty();
		assertThat(problems(STEP, served(this.user, "old", "1"))).isEmpty();
		assertThat(problems(STEP, served(this.user, "old", "50; instead"))).isEmpty();
		assertThat(problems(STEP, served(this.user, "old", "50"))).singleElement().asString().contains("changed sides");
	}

	@Test
	void chargingTooMuchIsAProblemAndSoIsChargingTooLittle() {
		Balance before = new Balance(100, 0, 20, 10, 0);
		assertThat(problems(STEP, before, new Balance(100, 0, 20, 10, 10), 0)).singleElement()
			.asString()
			.contains("charged and not granted");
		Balance less = new Balance(120, 0, 40, 10, 0);
		assertThat(problems(STEP, before, less, 0)).singleElement().asString().contains("granted and not charged");
		assertThat(problems(STEP, before, less, 2)).isEmpty();
		assertThat(problems(STEP.withoutCopies(), before, less, 0)).isEmpty();
	}

	private List<String> problems(Step step, Reading reading) {
		return this.judge.problems(new Finding(step, List.of(reading), Balance.NONE, true, 0, List.of()), Balance.NONE,
				List.of(), 1000);
	}

	private List<String> problems(Step step, Balance before, Balance after, int lostCopies) {
		return this.judge.problems(new Finding(step, List.of(), after, true, lostCopies, List.of()), before, List.of(),
				1000);
	}

	private static Reading served(Person person, String side, String share) {
		return reading(person, 200, side + "; share=" + share, entry(POST.hash(), "ALLOW", "\"cached\":true"));
	}

	private static String entry(String hash, String label, String more) {
		return "{\"classifications\":[{\"hash\":\"" + hash + "\",\"label\":\"" + label + "\"," + more + "}]}";
	}

	private static Reading reading(Person person, int status, String side, String body) {
		return new Reading(Kind.CLASSIFY, person, List.of(POST), 1, Duration.ZERO, answer(status, side, body));
	}

	private static JsonResponse answer(int status, String side, String body) {
		HttpHeaders headers = HttpHeaders.of(Map.of("X-ClearView-Side", List.of(side)), (_, _) -> true);
		return new JsonResponse(status, headers, JsonMapper.shared().readTree(body), Duration.ZERO);
	}

}
