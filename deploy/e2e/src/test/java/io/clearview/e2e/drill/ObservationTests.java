package io.clearview.e2e.drill;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.clearview.e2e.client.Answer;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.model.ScriptedModel;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ObservationTests {

	private static final Post GOOD = new Post("post_good", "a walk by the sea");

	private static final Post BAD = new Post("post_bad", "buy " + ScriptedModel.BLOCKED);

	@Test
	void rightLabelsAreWhole() {
		Observation seen = seen(entry(GOOD, "ALLOW", ""), entry(BAD, "BLOCK", ""));
		assertThat(seen.whole()).isTrue();
		assertThat(seen.wrong()).isZero();
		assertThat(seen.judged()).isEqualTo(2);
	}

	@Test
	void whatWasNotJudgedMayBeShownAndIsNotCharged() {
		Observation seen = seen(entry(GOOD, "ALLOW", ""), entry(BAD, "ALLOW", "MODEL_TIMEOUT"));
		assertThat(seen.whole()).isFalse();
		assertThat(seen.wrong()).isZero();
		assertThat(seen.judged()).isEqualTo(1);
	}

	@Test
	void aLabelThatIsNotThePostsOwnIsWrong() {
		assertThat(seen(entry(GOOD, "BLOCK", ""), entry(BAD, "BLOCK", "")).wrong()).isEqualTo(1);
		assertThat(seen(entry(GOOD, "ALLOW", ""), entry(BAD, "ALLOW", "")).wrong()).isEqualTo(1);
		assertThat(seen(entry(GOOD, "ALLOW", ""), entry(BAD, "BLOCK", "MODEL_TIMEOUT")).wrong()).isEqualTo(1);
	}

	@Test
	void entriesInAnotherOrderAreWrongAndSoIsAMissingOne() {
		assertThat(seen(entry(BAD, "BLOCK", ""), entry(GOOD, "ALLOW", "")).wrong()).isEqualTo(2);
		assertThat(seen(entry(GOOD, "ALLOW", "")).wrong()).isEqualTo(1);
	}

	@Test
	void noAnswerIsLost() {
		Observation seen = new Observation(0, Duration.ofSeconds(1), true, List.of(GOOD), null);
		assertThat(seen.lost()).isTrue();
		assertThat(seen.wrong()).isZero();
	}

	@Test
	void anAccountMayBeChargedForWhatWasGivenUpButNeedNot() {
		User user = new User("198.18.0.1", "Bearer x");
		user.count(seen(entry(GOOD, "ALLOW", ""), entry(BAD, "ALLOW", "CLASSIFIER_UNAVAILABLE")));
		assertThat(user.deviation(1)).isZero();
		assertThat(user.deviation(2)).isZero();
		assertThat(user.deviation(3)).isEqualTo(1);
		assertThat(user.deviation(0)).isEqualTo(-1);
	}

	private static Observation seen(Map<?, ?>... entries) {
		return new Observation(0, Duration.ofMillis(1), true, List.of(GOOD, BAD),
				new Answer(200, HttpHeaders.of(Map.of(), (_, _) -> true),
						JsonMapper.shared().valueToTree(Map.of("classifications", List.of(entries))),
						Duration.ofMillis(1)));
	}

	private static Map<String, Object> entry(Post post, String label, String reason) {
		return reason.isEmpty() ? Map.of("hash", post.hash(), "label", label)
				: Map.of("hash", post.hash(), "label", label, "failedOpen", true, "reason", reason);
	}

}
