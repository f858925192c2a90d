package io.clearview.classifier.model;

import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A model that passes everything on to another one: the base of decorators, which
 * override what they change.
 */
public abstract class DelegatingModel implements Model {

	private final Model model;

	/**
	 * Creates a decorator.
	 * @param model that everything is passed on to
	 */
	protected DelegatingModel(Model model) {
		this.model = model;
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		return this.model.judge(preference, posts);
	}

	@Override
	public Mono<List<Judgement>> judgeWithoutCall(String preference, List<String> posts) {
		return this.model.judgeWithoutCall(preference, posts);
	}

	@Override
	public @Nullable Fault refusal() {
		return this.model.refusal();
	}

	@Override
	public void spared(Fault refusal) {
		this.model.spared(refusal);
	}

	@Override
	public boolean understands(String preference) {
		return this.model.understands(preference);
	}

	@Override
	public String name() {
		return this.model.name();
	}

	@Override
	public String promptVersion() {
		return this.model.promptVersion();
	}

}
