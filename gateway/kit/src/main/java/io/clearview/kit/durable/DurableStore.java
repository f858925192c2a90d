package io.clearview.kit.durable;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A durable store of small documents, grouped in collections. No method blocks its caller
 * or its subscriber; an error of the store is an error signal.
 */
public interface DurableStore extends AutoCloseable {

	/** The most documents of one {@link #read}, {@link #list} or {@link #merge}. */
	int MOST_DOCUMENTS = 300;

	/**
	 * Reads documents by their names, in one call.
	 * @param collection where they are
	 * @param ids their names, at most {@value #MOST_DOCUMENTS}
	 * @return the documents that exist, by name
	 */
	Mono<Map<String, DurableDocument>> read(String collection, Collection<String> ids);

	/**
	 * Applies changes, all or none.
	 * @param changes at most {@value #MOST_DOCUMENTS}
	 * @return completes when they are durable
	 */
	Mono<Void> merge(List<DurableChange> changes);

	/**
	 * Reads a page of a collection, in the order of the names.
	 * @param collection what to read
	 * @param after the name after which the page begins, or null for the first page
	 * @param limit the most documents, at most {@value #MOST_DOCUMENTS}
	 * @return the page; empty at the end
	 */
	Mono<List<DurableDocument>> list(String collection, @Nullable String after, int limit);

	@Override
	void close();

}
