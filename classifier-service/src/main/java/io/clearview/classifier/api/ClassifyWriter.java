package io.clearview.classifier.api;

import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;

import io.clearview.classifier.model.Model;
import io.clearview.classifier.quota.Usage;
import io.clearview.classifier.verdict.Outcome;
import io.clearview.kit.wire.Timestamps;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;

/** Writes answers as the contract has them, straight into the buffer that is sent. */
final class ClassifyWriter {

	private static final SerializedString HASH = new SerializedString("hash");

	private static final SerializedString LABEL = new SerializedString("label");

	private static final SerializedString CACHED = new SerializedString("cached");

	private static final SerializedString MODEL = new SerializedString("model");

	private final JsonFactory json = new JsonFactory();

	private final Model judge;

	private final SerializedString model;

	private final Clock clock;

	/**
	 * @param model that every label says it comes from
	 * @param clock the wall
	 */
	ClassifyWriter(Model model, Clock clock) {
		this.judge = model;
		this.model = new SerializedString(model.name());
		this.clock = clock;
	}

	/** Bytes that an answer is likely to need. */
	static int size(ClassifyResponse answer) {
		return 320 + answer.posts().size() * 128;
	}

	void write(ClassifyResponse answer, String preference, OutputStream to) {
		try (JsonGenerator out = this.json.createGenerator(to)) {
			out.writeStartObject();
			out.writeBooleanProperty("success", true);
			out.writeStringProperty("timestamp", Timestamps.format(this.clock.instant()));
			out.writeArrayPropertyStart("classifications");
			for (int i = 0; i < answer.posts().size(); i++) {
				write(answer.posts().get(i), answer.outcomes().get(i), out);
			}
			out.writeEndArray();
			if (!this.judge.understands(preference)) {
				out.writeBooleanProperty("preferenceNotUnderstood", true);
			}
			Usage usage = answer.usage();
			out.writeObjectPropertyStart("quota");
			out.writeNumberProperty("quotaUsed", usage.daily());
			out.writeNumberProperty("quotaLimit", usage.limits().daily());
			out.writeNumberProperty("quotaRemaining", usage.dailyRemaining());
			out.writeStringProperty("resetAt", Timestamps.format(Instant.ofEpochMilli(usage.dailyResetAt())));
			out.writeEndObject();
			out.writeObjectPropertyStart("stats");
			out.writeNumberProperty("total", answer.posts().size());
			out.writeNumberProperty("cached", answer.cached());
			out.writeNumberProperty("classified", answer.classified());
			out.writeNumberProperty("durationMs", answer.durationMs());
			out.writeEndObject();
			out.writeEndObject();
		}
	}

	private void write(Post post, @Nullable Outcome outcome, JsonGenerator out) {
		out.writeStartObject();
		out.writeName(HASH);
		out.writeString(post.hash());
		out.writeName(LABEL);
		switch (outcome) {
			case Outcome.Judged judged -> {
				out.writeString(judged.label().name());
				out.writeName(CACHED);
				out.writeBoolean(judged.source().cached());
				if (judged.source() == Outcome.Source.STALE) {
					out.writeBooleanProperty("stale", true);
				}
				out.writeName(MODEL);
				out.writeString(this.model);
			}
			case Outcome.FailedOpen failed -> {
				out.writeString("ALLOW");
				out.writeName(CACHED);
				out.writeBoolean(false);
				out.writeBooleanProperty("failedOpen", true);
				out.writeStringProperty("reason", failed.reason().name());
			}
			case Outcome.Fallback fallback -> {
				out.writeString(fallback.label().name());
				out.writeName(CACHED);
				out.writeBoolean(false);
				out.writeBooleanProperty("fallback", true);
				out.writeStringProperty("reason", fallback.reason().name());
				out.writeName(MODEL);
				out.writeString("local");
			}
			case null -> {
				out.writeString("ALLOW");
				out.writeName(CACHED);
				out.writeBoolean(false);
				out.writeBooleanProperty("pending", true);
			}
		}
		out.writeEndObject();
	}

}
