package io.clearview.kit.durable;

import java.util.Map;

/**
 * A document that was read from the durable store.
 *
 * @param id its name within its collection
 * @param fields its values: strings, booleans, longs, doubles, {@link java.time.Instant}s
 * and maps of those
 */
public record DurableDocument(String id, Map<String, Object> fields) {

	public DurableDocument {
		fields = Map.copyOf(fields);
	}

}
