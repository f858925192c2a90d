package io.clearview.gateway.telemetry;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Spans of the calls that requests make. A request whose trace is not sampled costs one
 * look-up in its context.
 */
@Component
public final class Tracing {

	/** Traces nothing. */
	public static final Tracing NOOP = new Tracing(Tracer.NOOP);

	private final Tracer tracer;

	@Autowired
	Tracing(ObjectProvider<Tracer> tracer) {
		this(tracer.getIfAvailable(() -> Tracer.NOOP));
	}

	private Tracing(Tracer tracer) {
		this.tracer = tracer;
	}

	/** Makes {@code call} a span of the request that subscribes to it. */
	public <T> Mono<T> span(String name, Mono<T> call) {
		return Mono.deferContextual((context) -> {
			Span request = sampled(context);
			if (request == null) {
				return call;
			}
			Span span = this.tracer.spanBuilder()
				.setParent(request.context())
				.name(name)
				.kind(Span.Kind.CLIENT)
				.start();
			return call.doOnError(span::error).doFinally((_) -> span.end());
		});
	}

	private static @Nullable Span sampled(ContextView context) {
		Observation request = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		TracingContext tracing = (request != null) ? request.getContextView().get(TracingContext.class) : null;
		Span span = (tracing != null) ? tracing.getSpan() : null;
		return (span != null && Boolean.TRUE.equals(span.context().sampled())) ? span : null;
	}

}
