package io.clearview.kit.durable;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A durable store of small documents, grouped in collections. No method blocks its caller
 * or its subscriber; an error of the store is an error signal.
 */
public interface DurableStore extends AutoCloseable {

	/**
	 * The most documents of one {@link #read}, {@link #list}, {@link #merge} or
	 * {@link #fill}.
	 */
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
	 * Sets fields that documents do not have, all or none, as one transaction with
	 * changes by others. A field that is there stays as it is; fields of maps are not
	 * looked at.
	 * @param changes at most {@value #MOST_DOCUMENTS}, each of another document
	 * @return how many documents were changed
	 */
	Mono<Integer> fill(List<DurableChange> changes);

	/**
	 * Reads a page of a collection, in the order of the names.
	 * @param collection what to read
	 * @param after the name after which the page begins, or null for the first page
	 * @param limit the most documents, at most {@value #MOST_DOCUMENTS}
	 * @return the page; empty at the end
	 */
	Mono<List<DurableDocument>> list(String collection, @Nullable String after, int limit);

	/** Reads a whole collection, page by page as it is asked for; no page is empty. */
	default Flux<List<DurableDocument>> pages(String collection) {
		return list(collection, null, MOST_DOCUMENTS).expand((page) -> (page.size() < MOST_DOCUMENTS) ? Mono.empty()
				: list(collection, page.getLast().id(), MOST_DOCUMENTS))
			.filter((page) -> !page.isEmpty());
	}

	@Override
	void close();

}
