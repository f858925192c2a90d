package io.clearview.gateway.upstream;

import java.util.List;

import org.springframework.http.HttpHeaders;

/** A list of the headers that pass; whatever is not on it stays where it is. */
record AllowedHeaders(List<String> names) {

	static AllowedHeaders of(String... names) {
		return new AllowedHeaders(List.of(names));
	}

	/** New headers, with all values of those that pass. */
	HttpHeaders from(HttpHeaders all) {
		HttpHeaders passed = new HttpHeaders();
		for (String name : this.names) {
			List<String> values = all.get(name);
			if (values != null) {
				passed.put(name, values);
			}
		}
		return passed;
	}

}
