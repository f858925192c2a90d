package io.clearview.kit.telemetry;

import java.util.Collection;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Spans of this service's own steps. A request whose trace is not sampled costs one
 * look-up in its context.
 */
public final class Tracing {

	/** Traces nothing. */
	public static final Tracing NOOP = new Tracing(Tracer.NOOP);

	private final Tracer tracer;

	public Tracing(Tracer tracer) {
		this.tracer = tracer;
	}

	/** The trace of a request. Null unless it is sampled. */
	public static @Nullable TraceContext of(@Nullable Observation request) {
		Span span = (request != null) ? span(request) : null;
		return (span != null) ? span.context() : null;
	}

	/** Makes {@code work} a span of the request that subscribes to it. */
	public <T> Mono<T> span(String name, Mono<T> work) {
		return span(name, (builder) -> builder, work);
	}

	/** Makes {@code call} to another process a span of the request that makes it. */
	public <T> Mono<T> call(String name, Mono<T> call) {
		return span(name, (builder) -> builder.kind(Span.Kind.CLIENT), call);
	}

	private <T> Mono<T> span(String name, UnaryOperator<Span.Builder> kind, Mono<T> work) {
		return Mono.deferContextual((context) -> {
			Span parent = span(context);
			if (parent == null) {
				return work;
			}
			Span.Builder span = this.tracer.spanBuilder().setParent(parent.context()).name(name);
			return within(kind.apply(span).start(), work);
		});
	}

	/**
	 * Makes {@code work} a span linked to every request that it serves, in the trace of
	 * the first, so that it is sampled as that one is. With none of them sampled, it is
	 * none.
	 * @param tags of the span, by name
	 */
	public <T> Mono<T> linked(String name, Collection<TraceContext> served, Function<Span.Builder, Span.Builder> tags,
			Mono<T> work) {
		if (served.isEmpty()) {
			return work;
		}
		return Mono.defer(() -> {
			Span.Builder span = this.tracer.spanBuilder().setParent(served.iterator().next()).name(name);
			for (TraceContext one : served) {
				span = span.addLink(new Link(one));
			}
			return within(tags.apply(span).start(), work);
		});
	}

	/** The trace of the request that {@code context} belongs to. Null unless sampled. */
	public static @Nullable TraceContext of(ContextView context) {
		Span span = span(context);
		return (span != null) ? span.context() : null;
	}

	/**
	 * Notes in a request's trace, if it is sampled, that it shared what was done for
	 * another, whose trace shows it.
	 * @param context of the request
	 * @param other trace of that other. Null where it is not sampled
	 */
	public void joined(ContextView context, @Nullable TraceContext other) {
		TraceContext own = of(context);
		if (own != null && other != null) {
			this.tracer.spanBuilder().setParent(own).name("joined").addLink(new Link(other)).start().end();
		}
	}

	private static <T> Mono<T> within(Span span, Mono<T> work) {
		return work.doOnError(span::error).doFinally((_) -> span.end());
	}

	private static @Nullable Span span(ContextView context) {
		Observation request = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		return (request != null) ? span(request) : null;
	}

	private static @Nullable Span span(Observation request) {
		TracingContext tracing = request.getContextView().get(TracingContext.class);
		Span span = (tracing != null) ? tracing.getSpan() : null;
		return (span != null && Boolean.TRUE.equals(span.context().sampled())) ? span : null;
	}

}
