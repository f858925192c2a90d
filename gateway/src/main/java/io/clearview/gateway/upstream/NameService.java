package io.clearview.gateway.upstream;

import java.net.InetAddress;
import java.util.List;

import reactor.core.publisher.Mono;

/** Finds the addresses of a host. */
@FunctionalInterface
interface NameService {

	/**
	 * All addresses that a name stands for at the moment; never blocks. Errors when they
	 * cannot be found out.
	 */
	Mono<List<InetAddress>> addresses(String host);

}
