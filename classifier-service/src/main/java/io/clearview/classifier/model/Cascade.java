package io.clearview.classifier.model;

/** What stands before the provider's model: the model itself where nothing does. */
@FunctionalInterface
public interface Cascade {

	/** The model that asks {@code provider} only where it must. */
	Model before(Model provider);

}
