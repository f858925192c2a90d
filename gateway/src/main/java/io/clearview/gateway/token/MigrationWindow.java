package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Until when tokens of the old backend are adopted.
 *
 * @param until its end; null when it is closed
 * @param clock the system clock (UTC)
 */
record MigrationWindow(@Nullable Instant until, Clock clock) {

	boolean isOpen() {
		return this.until != null && this.clock.instant().isBefore(this.until);
	}

}
