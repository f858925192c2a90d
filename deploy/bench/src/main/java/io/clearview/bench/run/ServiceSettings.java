package io.clearview.bench.run;

import io.clearview.local.LocalStack;

/**
 * The settings in which a system under load differs from one in use. All users of the
 * benchmark come through one proxy, which tells their addresses; the few thousand of them
 * ask as much as a hundred times more would, so that their quotas are raised, and nothing
 * else is.
 */
final class ServiceSettings {

	private static final String PLENTY = "100000000";

	private ServiceSettings() {
	}

	static void forLoad(LocalStack.Builder stack) {
		stack.gatewaySetting("clearview.trusted-proxies", "1")
			.classifierSetting("clearview.quota.tiers.free.daily", PLENTY)
			.classifierSetting("clearview.quota.tiers.free.burst", PLENTY);
	}

}
