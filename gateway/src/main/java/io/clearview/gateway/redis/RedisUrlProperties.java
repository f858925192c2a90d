package io.clearview.gateway.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.clearview.kit.redis.RedisUrl;
import io.lettuce.core.RedisURI;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.web.util.UriUtils;

/**
 * Gives {@code spring.data.redis.url} the meaning that the classifier's URLs have:
 * Spring's own has neither Sentinels nor clusters. Such a URL is replaced by the
 * properties for the same.
 */
final class RedisUrlProperties implements EnvironmentPostProcessor, Ordered {

	private static final String PREFIX = "spring.data.redis.";

	/** After all sources of properties are there. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		String url = environment.getProperty(PREFIX + "url", "");
		if (url.contains(",") || url.contains("-sentinel://")) {
			environment.getPropertySources().addFirst(new MapPropertySource("url of Redis", properties(url)));
		}
	}

	/** Spring's URL carries the credentials, the database and whether there is TLS. */
	private static Map<String, Object> properties(String url) {
		RedisUrl read = RedisUrl.of(url, false);
		RedisURI first = read.nodes().getFirst();
		List<RedisURI> nodes = read.cluster() ? read.nodes() : first.getSentinels();
		String userInfo = userInfo(url);
		Map<String, Object> properties = new HashMap<>();
		properties.put(PREFIX + "url", (first.isSsl() ? "rediss://" : "redis://")
				+ (userInfo.isEmpty() ? "" : userInfo + "@") + address(nodes.getFirst()) + "/" + first.getDatabase());
		if (read.cluster()) {
			properties.put(PREFIX + "cluster.nodes", addresses(nodes));
			return properties;
		}
		properties.put(PREFIX + "sentinel.master", first.getSentinelMasterId());
		properties.put(PREFIX + "sentinel.nodes", addresses(nodes));
		if (!userInfo.isEmpty()) {
			int colon = userInfo.indexOf(':');
			if (colon > 0) {
				properties.put(PREFIX + "sentinel.username", decode(userInfo.substring(0, colon)));
			}
			properties.put(PREFIX + "sentinel.password", decode(userInfo.substring(colon + 1)));
		}
		return properties;
	}

	/** User and password as they stand there, percent-encoded. */
	private static String userInfo(String url) {
		int from = url.indexOf("://") + 3;
		int to = url.lastIndexOf('@');
		return (to > from) ? url.substring(from, to) : "";
	}

	private static String decode(String text) {
		return UriUtils.decode(text, StandardCharsets.UTF_8);
	}

	private static String addresses(List<RedisURI> nodes) {
		return String.join(",", nodes.stream().map(RedisUrlProperties::address).toList());
	}

	private static String address(RedisURI node) {
		return node.getHost() + ":" + node.getPort();
	}

}
