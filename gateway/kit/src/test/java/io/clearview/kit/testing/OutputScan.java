package io.clearview.kit.testing;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Reads every line that the whole test suite prints, logs included, and fails the test
 * class in which one shows what nobody may read there: a post, a preference, a token, an
 * assertion, a key.
 */
public final class OutputScan implements BeforeAllCallback, AfterAllCallback {

	/** Stands in every post that tests send. */
	public static final String POST = "zqpost";

	/** Stands in every preference that tests send. */
	public static final String PREFERENCE = "zqwish";

	/** A signed assertion, and a token as clients send it. */
	private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]{10,}\\.eyJ|Bearer [0-9a-f]{64}");

	/** A token without what stands before it, and much that is none. */
	private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

	private static final Pattern ISSUED = Pattern.compile("Bearer ([0-9a-f]{64})");

	private static final Set<String> tokens = ConcurrentHashMap.newKeySet();

	private static final Set<String> secrets = ConcurrentHashMap.newKeySet();

	private static final List<String> found = new CopyOnWriteArrayList<>();

	private static final AtomicBoolean installed = new AtomicBoolean();

	/** Must not be printed from now on. */
	public static void secret(String text) {
		secrets.add(text);
	}

	/** The tokens in an answer must not be printed from now on. */
	public static void tokens(String answer) {
		ISSUED.matcher(answer).results().forEach((token) -> tokens.add(token.group(1)));
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		if (!installed.compareAndSet(false, true)) {
			return;
		}
		System.setOut(new PrintStream(new Tee(System.out), true, StandardCharsets.UTF_8));
		System.setErr(new PrintStream(new Tee(System.err), true, StandardCharsets.UTF_8));
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (!found.isEmpty()) {
			List<String> shown = List.copyOf(found);
			found.clear();
			throw new AssertionError("Printed what nobody may read, until the end of this class: " + shown);
		}
	}

	static void look(String line) {
		if (line.contains(POST) || line.contains(PREFERENCE) || TOKEN.matcher(line).find()
				|| secrets.stream().anyMatch(line::contains)
				|| HEX.matcher(line).results().anyMatch((hex) -> tokens.contains(hex.group()))) {
			found.add(line.substring(0, Math.min(line.length(), 300)));
		}
	}

	/** Passes all on and looks at whole lines. */
	private static final class Tee extends OutputStream {

		private static final int LONGEST = 1 << 20;

		private final PrintStream to;

		private final ThreadLocal<StringBuilder> line = ThreadLocal.withInitial(StringBuilder::new);

		Tee(PrintStream to) {
			this.to = to;
		}

		@Override
		public void write(int b) {
			write(new byte[] { (byte) b }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			this.to.write(bytes, offset, length);
			StringBuilder line = this.line.get();
			line.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
			int end = line.lastIndexOf("\n");
			if (end >= 0 || line.length() > LONGEST) {
				line.toString().lines().forEach(OutputScan::look);
				line.delete(0, end + 1);
			}
		}

		@Override
		public void flush() {
			this.to.flush();
		}

	}

}
