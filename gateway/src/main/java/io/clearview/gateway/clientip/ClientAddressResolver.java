package io.clearview.gateway.clientip;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

import io.clearview.gateway.context.ClientAddress;
import io.clearview.gateway.context.RequestContext;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Finds the client's address. With <i>n</i> trusted proxies it is the <i>n</i>-th entry
 * of {@code X-Forwarded-For} from the right: what the outermost of them saw. Whatever a
 * client wrote itself stands to the left of it and changes nothing.
 * <p>
 * When that entry is missing or is no address, the header was not written by those
 * proxies, and the address of the socket counts. No name is ever looked up.
 */
@Component
public final class ClientAddressResolver {

	private static final String FORWARDED_FOR = "X-Forwarded-For";

	/** Longest text of an IPv6 address with zone, brackets and port. */
	private static final int LONGEST_ENTRY = 80;

	private final int trustedProxies;

	ClientAddressResolver(ClientIpProperties settings) {
		this.trustedProxies = settings.trustedProxies();
	}

	/** The address; the same for one exchange whatever happened to its headers since. */
	public ClientAddress resolve(ServerWebExchange exchange) {
		return RequestContext.of(exchange).address(() -> resolve(exchange.getRequest()));
	}

	/** The address as the request's headers and socket say. */
	public ClientAddress resolve(ServerHttpRequest request) {
		InetAddress forwarded = (this.trustedProxies > 0)
				? forwarded(request.getHeaders().getOrEmpty(FORWARDED_FOR), this.trustedProxies) : null;
		return new ClientAddress((forwarded != null) ? forwarded : socket(request));
	}

	private static InetAddress socket(ServerHttpRequest request) {
		InetSocketAddress socket = request.getRemoteAddress();
		InetAddress address = (socket != null) ? socket.getAddress() : null;
		return (address != null) ? address : NetUtil.LOCALHOST4;
	}

	/**
	 * The n-th entry from the right over all lines of the header, if it is an address.
	 */
	private static @Nullable InetAddress forwarded(List<String> lines, int n) {
		int toSkip = n - 1;
		for (int line = lines.size() - 1; line >= 0; line--) {
			String text = lines.get(line);
			int end = text.length();
			while (end >= 0) {
				int comma = text.lastIndexOf(',', end - 1);
				if (toSkip-- == 0) {
					return parse(text.substring(comma + 1, end).strip());
				}
				end = comma;
			}
		}
		return null;
	}

	/**
	 * Reads {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1},
	 * {@code [2001:db8::1]:80}.
	 */
	private static @Nullable InetAddress parse(String entry) {
		if (entry.isEmpty() || entry.length() > LONGEST_ENTRY) {
			return null;
		}
		String host = entry;
		if (entry.charAt(0) == '[') {
			int close = entry.indexOf(']');
			host = (close > 0) ? entry.substring(1, close) : "";
		}
		else if (entry.indexOf(':') == entry.lastIndexOf(':') && entry.indexOf(':') > 0) {
			host = entry.substring(0, entry.indexOf(':'));
		}
		byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
		try {
			return (bytes != null) ? InetAddress.getByAddress(bytes) : null;
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException("An address has 4 or 16 bytes", ex);
		}
	}

}
