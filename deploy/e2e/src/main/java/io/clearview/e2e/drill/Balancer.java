package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.clearview.e2e.client.Extension;
import io.clearview.local.ManagedProcess;
import io.clearview.local.StackException;

/**
 * Stands in for the load balancer: requests go to gateways in turn, and one that refused
 * a connection gets none until it says that it is ready.
 */
final class Balancer {

	private final List<ManagedProcess> processes;

	private final List<Extension> gateways;

	private final Set<Extension> out = ConcurrentHashMap.newKeySet();

	Balancer(List<ManagedProcess> processes, List<Extension> gateways) {
		this.processes = processes;
		this.gateways = gateways;
	}

	/** Those that may be asked, in the order of asking. */
	List<Extension> gateways(int turn) {
		int first = turn % this.gateways.size();
		return Stream.concat(this.gateways.stream().skip(first), this.gateways.stream().limit(first))
			.filter((gateway) -> !this.out.contains(gateway))
			.toList();
	}

	/** It took no connection. */
	void refused(Extension gateway) {
		this.out.add(gateway);
	}

	/** Looks whether those that are out are ready again. */
	void look() {
		for (int i = 0; i < this.gateways.size(); i++) {
			if (this.out.contains(this.gateways.get(i)) && isReady(this.processes.get(i))) {
				this.out.remove(this.gateways.get(i));
			}
		}
	}

	private static boolean isReady(ManagedProcess process) {
		try {
			process.awaitReady(Duration.ZERO);
			return true;
		}
		catch (StackException _) {
			return false;
		}
	}

}
