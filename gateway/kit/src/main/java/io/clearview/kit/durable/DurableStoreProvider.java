package io.clearview.kit.durable;

/**
 * Opens one kind of durable store. Found by {@link java.util.ServiceLoader}, because a
 * service has the libraries of a store only where it is configured.
 */
public interface DurableStoreProvider {

	/** The kind of store that this provider opens. */
	DurableSettings.Kind kind();

	/**
	 * Opens the store; connects with the first call.
	 * @param settings where it is
	 */
	DurableStore open(DurableSettings settings);

}
