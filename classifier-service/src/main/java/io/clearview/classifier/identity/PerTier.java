package io.clearview.classifier.identity;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One thing for each tier, such as a counter with the tier as label. */
public final class PerTier<T> {

	private final Map<Tier, T> things = new EnumMap<>(Tier.class);

	/**
	 * @param make makes the thing of a tier
	 */
	public PerTier(Function<Tier, T> make) {
		for (Tier tier : Tier.values()) {
			this.things.put(tier, make.apply(tier));
		}
	}

	public T of(Tier tier) {
		return Objects.requireNonNull(this.things.get(tier));
	}

}
