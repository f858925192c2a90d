package io.clearview.bench.traffic;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.load.LoadGenerator;
import io.clearview.bench.load.Verification;
import io.clearview.bench.load.Verification.Kind;
import io.netty.buffer.ByteBuf;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gets accounts through {@code POST /auth}, as the extension does when it is installed.
 */
public final class Enrolment {

	private static final int CONNECTIONS = 4;

	private static final int MOST_VAIN_TRIES = 60;

	private final List<BenchUser> accounts = new ArrayList<>();

	private int next;

	/** Starts at a user of this number; addresses follow from it. */
	public Enrolment(int first) {
		this.next = first;
	}

	/** Those that were granted so far. */
	public List<BenchUser> accounts() {
		return List.copyOf(this.accounts);
	}

	/** One of the last so many. */
	public BenchUser recent(int last, RandomGenerator random) {
		int size = this.accounts.size();
		return this.accounts.get(size - 1 - random.nextInt(Math.min(last, size)));
	}

	/** The next user's request. */
	public Exchange request() {
		return new Auth(BenchUser.address(this.next++));
	}

	/**
	 * Gets so many accounts, however long that takes. A gateway that has just started may
	 * refuse some, and is asked again a second later; one that grants none for a minute
	 * is broken.
	 */
	public CompletableFuture<List<BenchUser>> enrol(LoadGenerator generator, InetSocketAddress gateway, int count) {
		return enrol(generator, gateway, count, MOST_VAIN_TRIES);
	}

	private CompletableFuture<List<BenchUser>> enrol(LoadGenerator generator, InetSocketAddress gateway, int count,
			int vainTries) {
		return generator.all(gateway, this::request, count, CONNECTIONS).thenCompose((tally) -> {
			int missing = (int) (tally.requests() - tally.count(Kind.RIGHT));
			if (missing == 0) {
				return CompletableFuture.completedFuture(accounts());
			}
			int left = (missing < count) ? MOST_VAIN_TRIES : vainTries - 1;
			if (left == 0) {
				throw new IllegalStateException("Of " + count + " accounts none was granted: " + tally.kinds());
			}
			return CompletableFuture
				.supplyAsync(() -> enrol(generator, gateway, missing, left),
						CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS))
				.thenCompose((accounts) -> accounts);
		});
	}

	private final class Auth implements Exchange {

		private final String address;

		Auth(String address) {
			this.address = address;
		}

		@Override
		public void writeTo(ByteBuf out) {
			out.writeCharSequence(
					"POST /auth HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
							+ "User-Agent: bench\r\nX-Forwarded-For: " + this.address + "\r\nContent-Length: 0\r\n\r\n",
					StandardCharsets.US_ASCII);
		}

		@Override
		public Verification verify(int status, ByteBuf body) {
			if (status != 201) {
				return Verification.of((status == 429) ? Kind.REFUSED : Kind.ERROR);
			}
			try {
				JsonNode answer = JsonMapper.shared().readTree(body.toString(StandardCharsets.UTF_8));
				Enrolment.this.accounts
					.add(BenchUser.of(answer.get("userId").asString(), answer.get("token").asString(), this.address));
				return Verification.of(Kind.RIGHT);
			}
			catch (JacksonException ex) {
				return Verification.of(Kind.WRONG);
			}
		}

	}

}
