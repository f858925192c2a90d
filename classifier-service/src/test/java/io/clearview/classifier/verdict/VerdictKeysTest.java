package io.clearview.classifier.verdict;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

import static org.assertj.core.api.Assertions.assertThat;

class VerdictKeysTest {

	private final VerdictKeys keys = new VerdictKeys("1", "m");

	@Example
	void aKeyIsOfPromptModelPreferenceAndContent() {
		VerdictKey key = this.keys.under("hide spam").of("buy now");
		assertThat(this.keys.under("hide spam").of("buy now")).isEqualTo(key);
		assertThat(this.keys.under("hide spam").of("buy noW")).isNotEqualTo(key);
		assertThat(this.keys.under("hide scam").of("buy now")).isNotEqualTo(key);
		assertThat(new VerdictKeys("2", "m").under("hide spam").of("buy now")).isNotEqualTo(key);
		assertThat(new VerdictKeys("1", "n").under("hide spam").of("buy now")).isNotEqualTo(key);
	}

	@Example
	void keysStayTheSameFromReleaseToRelease() {
		assertThat(this.keys.under("hide spam").of("buy now").toString()).isEqualTo("gBP_mwGztndfkC4gDPKZTA");
	}

	@Property(tries = 300)
	void partsNeverRunIntoEachOther(@ForAll @StringLength(min = 1, max = 20) String words) {
		for (int i = 1; i <= words.length(); i++) {
			assertThat(this.keys.under(words.substring(0, i)).of(words.substring(i)))
				.isNotEqualTo(this.keys.under(words.substring(0, i - 1)).of(words.substring(i - 1)));
		}
	}

	@Example
	void nameIsUrlSafeBase64() {
		VerdictKey key = new VerdictKey(0x0123456789abcdefL, -1L);
		assertThat(key.toString()).isEqualTo("ASNFZ4mrze___________w");
	}

}
