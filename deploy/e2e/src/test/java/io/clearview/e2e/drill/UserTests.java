package io.clearview.e2e.drill;

import java.util.List;

import io.clearview.e2e.drill.Ledger.Balance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.clearview.e2e.drill.Requests.BAD;
import static io.clearview.e2e.drill.Requests.GOOD;
import static io.clearview.e2e.drill.Requests.entry;
import static org.assertj.core.api.Assertions.assertThat;

/** What a user must have been charged. */
class UserTests {

	private final User user = new User("198.18.0.1", "u", "Bearer x");

	@BeforeEach
	void settle() {
		this.user.settle(100);
	}

	@Test
	void whatWasAnsweredJudgedIsChargedToThePost() {
		this.user.count(Requests.answered(entry(GOOD, "ALLOW", ""), entry(BAD, "ALLOW", "MODEL_TIMEOUT")));
		assertThat(this.user.balance(101, 0)).isEqualTo(new Balance(1, 0, 0));
		assertThat(this.user.balance(102, 0)).isEqualTo(new Balance(1, 0, 1));
		assertThat(this.user.balance(100, 0)).isEqualTo(new Balance(1, 0, 1));
	}

	@Test
	void whatNobodyWaitedForMayBeChargedButNeedNot() {
		this.user.count(Requests.answered(entry(GOOD, "ALLOW", ""), entry(BAD, "ALLOW", "CLASSIFIER_UNAVAILABLE")));
		this.user.count(Requests.lost(0));
		assertThat(this.user.balance(101, 0)).isEqualTo(new Balance(1, 0, 0));
		assertThat(this.user.balance(104, 0)).isEqualTo(new Balance(1, 3, 0));
		assertThat(this.user.balance(105, 0)).isEqualTo(new Balance(1, 3, 1));
	}

	@Test
	void whatReachedNobodyMustNotBeCharged() {
		this.user.count(Requests.unreached(0));
		assertThat(this.user.balance(101, 0)).isEqualTo(new Balance(0, 0, 1));
	}

	@Test
	void accountsThatAreOffDoNotMakeUpForEachOther() {
		User other = new User("198.18.1.1", "v", "Bearer y");
		assertThat(Balance.of(List.of(this.user, other), List.of(99, 1), 0)).isEqualTo(new Balance(0, 0, 2));
		assertThat(Balance.of(List.of(this.user, other), List.of(95, 1), 3)).as("five and one, of which three each")
			.isEqualTo(new Balance(0, 0, 3));
	}

	@Test
	void settlingBeginsAnew() {
		this.user.count(Requests.whole(0));
		this.user.settle(102);
		assertThat(this.user.balance(102, 0)).isEqualTo(Balance.EVEN);
	}

}
