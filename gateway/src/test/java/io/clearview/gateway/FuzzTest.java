package io.clearview.gateway;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.clearview.gateway.testing.EchoingClassifier;
import io.clearview.gateway.testing.Gateway;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.TestRedis;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.PlatformDependent;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A hundred thousand requests, most of them spoilt, many together on one connection. What
 * is sent follows from the seed; {@code -Dclearview.fuzz.seed} sets another one,
 * {@code -Dclearview.fuzz.connection} sends one connection only, and
 * {@code -Dclearview.fuzz.inputs} sends more or fewer.
 */
class FuzzTest {

	private static final long SEED = Long.getLong("clearview.fuzz.seed", 20_261_123);

	private static final long CONNECTION = Long.getLong("clearview.fuzz.connection", -1);

	private static final long INPUTS = Long.getLong("clearview.fuzz.inputs", 100_000);

	/** After so many everything that is kept is there. */
	private static final double WARM = 0.2;

	private static final int CLIENTS = 8;

	private static final int MOST_FAILURES = Integer.getInteger("clearview.fuzz.failures", 5);

	private static final long MOST_GROWTH = 32L << 20;

	/** More than what is left afterwards: requests in flight and bodies held open. */
	private static final long MOST_PEAK_GROWTH = 64L << 20;

	/** Between two looks at the memory that is in use. */
	private static final Duration LOOK = Duration.ofSeconds(2);

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@TempDir
	static Path keys;

	private final AtomicLong connections = new AtomicLong();

	private final AtomicLong inputs = new AtomicLong();

	private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

	private final Complaints complaints = new Complaints();

	private ResourceLeakDetector.Level level;

	@BeforeEach
	void watch() {
		this.level = ResourceLeakDetector.getLevel();
		ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
	}

	@AfterEach
	void stopWatching() {
		this.complaints.stop();
		ResourceLeakDetector.setLevel(this.level);
	}

	@Test
	void answersWhateverArrivesAsTheContractSays() throws Exception {
		try (EchoingClassifier classifier = new EchoingClassifier(); Gateway gateway = start(classifier.url())) {
			List<String> tokens = Stream.generate(gateway::token).limit(20).toList();
			send(gateway, tokens, true, (long) (INPUTS * WARM));
			Memory warm = Memory.now();
			Memory peak;
			int held;
			try (PeakMemory watched = new PeakMemory(warm);
					HeldBodies bodies = new HeldBodies(gateway.port(), tokens.getFirst(), SEED)) {
				send(gateway, tokens, true, INPUTS);
				peak = watched.peak();
				held = bodies.begun();
			}
			reportLeaks(gateway);
			Memory after = Memory.now();

			System.out.printf(
					"%,d inputs on %,d connections, %,d bodies held open; heap and direct memory from %s to %s,"
							+ " at most %s; lost buffers: %d%n",
					this.inputs.get(), this.connections.get(), held, warm, after, peak, this.complaints.leaks().size());
			SoftAssertions.assertSoftly((softly) -> {
				softly.assertThat(this.failures).extracting(Throwable::getMessage).as("failures").isEmpty();
				softly.assertThat(classifier.faults()).as("what a classifier may not get").isEmpty();
				softly.assertThat(this.complaints.all()).as("complaints in the log").isEmpty();
				softly.assertThat(this.complaints.leaks()).as("buffers that were lost").isEmpty();
				softly.assertThat(after.heap() - warm.heap()).as("growth of the heap").isLessThan(MOST_GROWTH);
				softly.assertThat(after.direct() - warm.direct()).as("growth of direct memory").isLessThan(MOST_GROWTH);
				softly.assertThat(peak.heap() - warm.heap()).as("peak of the heap").isLessThan(MOST_PEAK_GROWTH);
				softly.assertThat(peak.direct() - warm.direct())
					.as("peak of direct memory")
					.isLessThan(MOST_PEAK_GROWTH);
				softly.assertThat(held).as("bodies held open").isPositive();
			});
			assertThat(gateway.send(gateway.classify(tokens.getFirst(), "{}")).status()).isEqualTo(200);
			assertThat(gateway.send(gateway.request("/health")).body()).contains("\"healthy\"");
		}
	}

	@Test
	void showsPostsOrRefusesThemWithoutAClassifier() throws Exception {
		try (Gateway gateway = start("http://127.0.0.1:1")) {
			List<String> tokens = Stream.generate(gateway::token).limit(20).toList();
			send(gateway, tokens, false, INPUTS / 10);
			reportLeaks(gateway);

			System.out.printf("%,d inputs on %,d connections, without a classifier%n", this.inputs.get(),
					this.connections.get());
			assertThat(this.failures).extracting(Throwable::getMessage).as("failures").isEmpty();
			assertThat(this.complaints.all()).isEmpty();
			assertThat(this.complaints.leaks()).isEmpty();
		}
	}

	private Gateway start(String classifier) {
		String patience = "60s";
		Path admin = KeyFiles.ring(keys, "admin");
		KeyFiles.write(admin, "ops", Instant.EPOCH, true);
		Gateway gateway = Gateway.start(redis.url(), classifier, "clearview.limits.flood=100000000",
				"clearview.limits.shared.address=1000000", "clearview.limits.shared.admin=1000000",
				"clearview.admin.keys=" + admin, "clearview.sign-up.device.at-once=1000000",
				"clearview.sign-up.ipv4-network.at-once=1000000", "clearview.sign-up.ipv6-site.at-once=1000000",
				"clearview.sign-up.ipv6-network.at-once=1000000", "clearview.token.cache.size=1000",
				"clearview.limits.most-addresses=1000", "clearview.redis.timeout=" + patience,
				"clearview.server.head-timeout=" + patience, "clearview.server.request-timeout=" + patience,
				"clearview.server.answer-timeout=" + patience, "clearview.breaker.deadline=" + patience,
				"clearview.classifier.connect-timeout=60s",
				"spring.cloud.gateway.server.webflux.httpclient.pool.acquire-timeout=60000",
				"clearview.log.requests-per-second=1", "clearview.log.troubles-per-second=1",
				"logging.level.audit=warn");
		// not before: an application that starts takes all appenders off
		this.complaints.start();
		return gateway;
	}

	/** Until so many inputs were sent, counted from the beginning. */
	private void send(Gateway gateway, List<String> tokens, boolean classifier, long until)
			throws InterruptedException {
		FuzzClient client = new FuzzClient(gateway.port(), SEED, tokens, classifier);
		List<Thread> threads = Stream.generate(() -> Thread.ofPlatform().name("fuzz").start(() -> {
			while (this.inputs.get() < until && this.failures.size() < MOST_FAILURES) {
				long connection = this.connections.getAndIncrement();
				try {
					client.run((CONNECTION >= 0) ? CONNECTION : connection, this.inputs::addAndGet);
				}
				catch (IOException | AssertionError ex) {
					this.failures.add(ex);
				}
			}
		})).limit((CONNECTION >= 0) ? 1 : CLIENTS).toList();
		for (Thread thread : threads) {
			thread.join();
		}
	}

	/** What was lost is noticed by the next who takes a buffer. */
	private static void reportLeaks(Gateway gateway) {
		for (int i = 0; i < 5; i++) {
			System.gc();
			for (int j = 0; j < 50; j++) {
				gateway.send(gateway.request("/health"));
			}
		}
	}

	/** What is in use once everything that can be dropped was. */
	private record Memory(long heap, long direct) {

		static Memory now() {
			for (int i = 0; i < 3; i++) {
				System.gc();
			}
			return inUse();
		}

		static Memory inUse() {
			return new Memory(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
					PlatformDependent.usedDirectMemory());
		}

		@Override
		public String toString() {
			return "%,d + %,d KiB".formatted(this.heap >> 10, this.direct >> 10);
		}

	}

	/** The most that was in use at any look, garbage apart, while it is open. */
	private static final class PeakMemory implements AutoCloseable {

		private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();

		private volatile Memory peak;

		PeakMemory(Memory first) {
			this.peak = first;
			this.looking.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
		}

		private synchronized void look() {
			System.gc();
			Memory now = Memory.inUse();
			this.peak = new Memory(Math.max(this.peak.heap(), now.heap()), Math.max(this.peak.direct(), now.direct()));
		}

		/** With a last look. */
		Memory peak() {
			look();
			return this.peak;
		}

		@Override
		public void close() {
			this.looking.shutdownNow();
		}

	}

	/** What is logged as an error; reports of leaks apart. */
	private static final class Complaints extends AppenderBase<ILoggingEvent> {

		private final List<String> all = Collections.synchronizedList(new ArrayList<>());

		@Override
		public void start() {
			super.start();
			root().addAppender(this);
		}

		@Override
		public void stop() {
			root().detachAppender(this);
			super.stop();
		}

		List<String> all() {
			return all(false);
		}

		List<String> leaks() {
			return all(true);
		}

		private List<String> all(boolean leaks) {
			return List.copyOf(this.all)
				.stream()
				.filter((complaint) -> complaint.startsWith(ResourceLeakDetector.class.getName()) == leaks)
				.toList();
		}

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
				this.all.add(event.getLoggerName() + ": " + event.getFormattedMessage() + " "
						+ ((event.getThrowableProxy() != null) ? event.getThrowableProxy().getMessage() : ""));
			}
		}

		private static Logger root() {
			return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
		}

	}

}
