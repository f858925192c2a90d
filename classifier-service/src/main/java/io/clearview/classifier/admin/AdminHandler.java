package io.clearview.classifier.admin;

import java.time.Duration;
import java.util.regex.Pattern;

import io.clearview.classifier.api.JsonResponses;
import io.clearview.classifier.api.QuotaWriter;
import io.clearview.classifier.error.ApiException;
import io.clearview.classifier.error.ErrorCode;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.quota.QuotaService;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/** What operators ask of this service. */
final class AdminHandler {

	private static final int SIZE = 640;

	private static final Pattern USER = Pattern.compile("[0-9a-f]{64}");

	private final QuotaService quotas;

	private final QuotaWriter writer;

	private final Statistics statistics;

	AdminHandler(QuotaService quotas, QuotaWriter writer, Statistics statistics) {
		this.quotas = quotas;
		this.writer = writer;
		this.statistics = statistics;
	}

	/** {@code GET /admin/quota/{userId}?tier=}: the body of {@code GET /quota}. */
	Mono<ServerResponse> quota(ServerRequest request) {
		String user = user(request);
		Tier tier = tier(request);
		return this.quotas.usage(user, tier)
			.flatMap((usage) -> JsonResponses.ok(SIZE, (out) -> this.writer.write(tier, usage, out)));
	}

	/** {@code DELETE /admin/quota/{userId}?tier=}: the same, with nothing charged. */
	Mono<ServerResponse> reset(ServerRequest request) {
		String user = user(request);
		Tier tier = tier(request);
		return this.quotas.reset(user)
			.onErrorMap((_) -> new ApiException(ErrorCode.SERVICE_UNAVAILABLE,
					"The quotas are out of reach; nothing was reset", Duration.ofSeconds(5), null))
			.then(this.quotas.usage(user, tier))
			.flatMap((usage) -> JsonResponses.ok(SIZE, (out) -> this.writer.write(tier, usage, out)));
	}

	/** {@code GET /admin/stats}: every number of this instance. */
	Mono<ServerResponse> stats(ServerRequest request) {
		return JsonResponses.ok(16_384, this.statistics::write);
	}

	private static String user(ServerRequest request) {
		String user = request.pathVariable("userId");
		if (!USER.matcher(user).matches()) {
			throw new ApiException(ErrorCode.INVALID_REQUEST, "Invalid userId: must be 64 hex digits");
		}
		return user;
	}

	private static Tier tier(ServerRequest request) {
		Tier tier = Tier.labelled(request.queryParam("tier").orElse(Tier.FREE.label()));
		if (tier == null) {
			throw new ApiException(ErrorCode.INVALID_REQUEST, "Invalid tier: must be free, pro or enterprise");
		}
		return tier;
	}

}
