package io.clearview.local;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a classifier found out when it asked its model one small question at the start, as
 * its {@code /actuator/info} says.
 *
 * @param misconfigured whether an operator has to change something
 * @param line what is wrong and what to set
 */
public record ModelCheck(boolean misconfigured, String line) {

	private static final Pattern STATE = Pattern.compile("\"startCheck\":\"(\\w+)\"");

	private static final Pattern DETAIL = Pattern.compile("\"detail\":\"((?:[^\"\\\\]|\\\\.)*)\"");

	private static final int LARGEST = 64 * 1024;

	/**
	 * Waits for the result.
	 * @return empty if the model works, was not asked, or has not responded in time
	 */
	public static Optional<ModelCheck> of(ManagedProcess classifier, Duration longest) {
		return of(classifier.managementPort(), longest);
	}

	static Optional<ModelCheck> of(int managementPort, Duration longest) {
		long end = System.nanoTime() + longest.toNanos();
		do {
			String info = info(managementPort);
			Matcher state = STATE.matcher(info);
			if (state.find() && !state.group(1).equals("running")) {
				Matcher detail = DETAIL.matcher(info);
				String line = detail.find() ? detail.group(1).replaceAll("\\\\(.)", "$1") : "";
				return line.isEmpty() ? Optional.empty()
						: Optional.of(new ModelCheck(state.group(1).equals("misconfigured"), line));
			}
			Pause.of(Duration.ofMillis(100));
		}
		while (System.nanoTime() < end);
		return Optional.empty();
	}

	/** Empty if it cannot be read. */
	private static String info(int port) {
		try {
			URI uri = URI.create("http://" + Ports.LOOPBACK + ":" + port + "/actuator/info");
			HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
			connection.setConnectTimeout(1000);
			connection.setReadTimeout(1000);
			try {
				return new String(connection.getInputStream().readNBytes(LARGEST), StandardCharsets.UTF_8);
			}
			finally {
				connection.disconnect();
			}
		}
		catch (IOException _) {
			return "";
		}
	}

}
