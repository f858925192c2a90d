package io.clearview.classifier.api;

import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;

import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.quota.Limits;
import io.clearview.classifier.quota.Usage;
import io.clearview.kit.wire.Timestamps;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/** Writes a user's quota as the contract has it. */
public final class QuotaWriter {

	private final JsonFactory json = new JsonFactory();

	private final Clock clock;

	QuotaWriter(Clock clock) {
		this.clock = clock;
	}

	public void write(Tier tier, Usage usage, OutputStream to) {
		Limits limits = usage.limits();
		try (JsonGenerator out = this.json.createGenerator(to)) {
			out.writeStartObject();
			out.writeBooleanProperty("success", true);
			out.writeObjectPropertyStart("quota");
			out.writeStringProperty("tier", tier.label());
			out.writeObjectPropertyStart("daily");
			out.writeNumberProperty("limit", limits.daily());
			out.writeNumberProperty("used", usage.daily());
			out.writeNumberProperty("remaining", usage.dailyRemaining());
			out.writeStringProperty("percentUsed",
					String.format(Locale.ROOT, "%.1f", 100.0 * usage.daily() / limits.daily()));
			reset(usage.dailyResetAt(), usage, out);
			out.writeEndObject();
			out.writeObjectPropertyStart("burst");
			out.writeNumberProperty("limit", limits.burst());
			out.writeNumberProperty("used", usage.burst());
			out.writeNumberProperty("remaining", usage.burstRemaining());
			reset(usage.burstLast(), usage, out);
			out.writeEndObject();
			out.writeEndObject();
			out.writeObjectPropertyStart("tier");
			out.writeStringProperty("tier", tier.label());
			out.writeNumberProperty("dailyQuota", limits.daily());
			out.writeNumberProperty("burstLimit", limits.burst());
			out.writeStringProperty("description", limits.description());
			out.writeNumberProperty("BURST_WINDOW_MS", Usage.WINDOW_MILLIS);
			out.writeEndObject();
			out.writeStringProperty("timestamp", Timestamps.format(this.clock.instant()));
			out.writeEndObject();
		}
	}

	private static void reset(long at, Usage usage, JsonGenerator out) {
		out.writeStringProperty("resetAt", Timestamps.format(Instant.ofEpochMilli(at)));
		out.writeNumberProperty("resetInMs", at - usage.now());
	}

}
