package io.clearview.classifier.model.local;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the local model serves beside a provider.
 *
 * @param fallback what labels a post that the provider could not judge
 * @param cascade precision from which the local model's label is taken and the provider
 * is not asked, 0.9 to 0.99; 0 if the provider is asked for every post
 */
@ConfigurationProperties("clearview.model")
@Validated
record StageProperties(@DefaultValue("none") Fallback fallback,
		@DefaultValue("0") @DecimalMin("0") @DecimalMax("0.99") double cascade) {

	/** What labels a post that the provider could not judge. */
	enum Fallback {

		/** Nothing: it is shown. */
		NONE,

		/** The local model, where it is sure. */
		LOCAL

	}

	@AssertTrue(message = "cascade must be 0 (off) or from 0.9 to 0.99")
	boolean isCascadeOffOrPrecise() {
		return this.cascade == 0 || this.cascade >= 0.9;
	}

}
