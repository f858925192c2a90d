package io.clearview.gateway.context;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

import io.netty.util.NetUtil;

/**
 * The address a request came from. It is personal data: it is counted by, hashed, and
 * never stored or logged as it is.
 *
 * @param address never looked up in DNS
 */
public record ClientAddress(InetAddress address) {

	private static final int IPV4_NETWORK_BYTES = 3;

	private static final int IPV6_NETWORK_BYTES = 8;

	/**
	 * What limits count by: an IPv4 address, or the /64 of an IPv6 address, because one
	 * subscriber has all of that.
	 */
	public String limitKey() {
		return (this.address instanceof Inet6Address) ? network() : NetUtil.toAddressString(this.address);
	}

	/** The network around it: /24 of IPv4, /64 of IPv6, as in {@code 192.0.2.0/24}. */
	public String network() {
		boolean six = this.address instanceof Inet6Address;
		int bytes = six ? IPV6_NETWORK_BYTES : IPV4_NETWORK_BYTES;
		byte[] network = this.address.getAddress();
		Arrays.fill(network, bytes, network.length, (byte) 0);
		try {
			return NetUtil.toAddressString(InetAddress.getByAddress(network)) + "/" + bytes * Byte.SIZE;
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException("The address has neither 4 nor 16 bytes", ex);
		}
	}

	@Override
	public String toString() {
		return "ClientAddress";
	}

}
