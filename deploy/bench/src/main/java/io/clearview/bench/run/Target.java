package io.clearview.bench.run;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

import io.clearview.bench.traffic.Credential;

/**
 * Where requests are sent.
 *
 * @param name in tables
 * @param front name of the process that takes the requests
 * @param port of it
 * @param users who they come from, as that process wants to be told
 */
record Target(String name, String front, int port, List<? extends Credential> users) {

	InetSocketAddress address() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port);
	}

}
