package io.clearview.bench.simulate;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one instance, or all of them, remember of verdicts and of calls under way. */
final class Memory {

	private final Map<Object, Held> entries;

	private Memory(Map<Object, Held> entries) {
		this.entries = entries;
	}

	/** Least recently used goes first. */
	static Memory bounded(int capacity) {
		return new Memory(new LinkedHashMap<>(capacity * 2, 0.75f, true) {
			@Override
			protected boolean removeEldestEntry(Map.Entry<Object, Held> eldest) {
				return size() > capacity;
			}
		});
	}

	static Memory unbounded() {
		return new Memory(new HashMap<>());
	}

	State look(Object key, long now) {
		Held entry = this.entries.get(key);
		if (entry == null || entry.expires() <= now) {
			return State.ABSENT;
		}
		return (entry.known() <= now) ? State.KNOWN : State.ASKED;
	}

	/**
	 * Remembers what is asked now. What was being asked already is known when the first
	 * answer arrives.
	 * @param known when this answer arrives
	 */
	void ask(Object key, long known, long expires) {
		Held held = this.entries.get(key);
		boolean asked = held != null && held.known() > known - Replay.LATENCY;
		this.entries.put(key, new Held((held != null && asked) ? held.known() : known, expires));
	}

	enum State {

		ABSENT, ASKED, KNOWN

	}

	private record Held(long known, long expires) {
	}

}
