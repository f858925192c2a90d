package io.clearview.kit.redis;

import java.net.URI;
import java.util.List;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;

/**
 * The address of a Redis, with the same meaning to both services:
 * <ul>
 * <li>{@code redis://[user:]password@host:port/database}, a server; all but the host may
 * be left out, and user and password are percent-encoded;
 * <li>{@code redis://host:port,host:port}, some masters of a Redis Cluster;
 * <li>{@code redis-sentinel://password@host:port,host:port/database#master}, Sentinels.
 * The credentials are those of the servers and of the Sentinels;
 * <li>{@code rediss://} and {@code rediss-sentinel://}, the same with TLS.
 * </ul>
 * Its text form has no password.
 *
 * @param nodes addresses, with credentials: one, or some masters of a cluster
 * @param cluster whether it is a Redis Cluster
 */
public record RedisUrl(List<RedisURI> nodes, boolean cluster) {

	private static final String EXPECTED = "must be redis://[[user:]password@]host[:port][,host[:port]][/database] "
			+ "or redis-sentinel://[[user:]password@]host[:port][,host[:port]][/database]#master, or the same with "
			+ "rediss, and user and password percent-encoded";

	public RedisUrl {
		nodes = List.copyOf(nodes);
	}

	/**
	 * Reads an address.
	 * @param url the address
	 * @param cluster whether a single host is one of a Redis Cluster
	 * @throws IllegalArgumentException if it is none; the message does not repeat it
	 */
	public static RedisUrl of(String url, boolean cluster) {
		try {
			if (!url.contains("-sentinel://") && (cluster || url.contains(","))) {
				return new RedisUrl(RedisClusterURIUtil.toRedisURIs(URI.create(url)), true);
			}
			RedisURI node = RedisURI.create(url);
			if (node.getSentinels().isEmpty() && URI.create(url).getHost() == null) {
				throw new IllegalArgumentException("no host");
			}
			node.getSentinels().forEach((sentinel) -> sentinel.setCredentialsProvider(node.getCredentialsProvider()));
			return new RedisUrl(List.of(node), false);
		}
		catch (RuntimeException _) {
			// no cause, because its message may quote the password
			throw new IllegalArgumentException("The URL of Redis " + EXPECTED);
		}
	}

	/** Whether connections use TLS. */
	public boolean isTls() {
		return this.nodes.getFirst().isSsl();
	}

	@Override
	public String toString() {
		return "RedisUrl[cluster=" + this.cluster + "]";
	}

}
