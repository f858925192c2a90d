package io.clearview.local.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.clearview.local.ModelChoice;
import io.clearview.local.RunDirectory;
import io.clearview.local.Secrets;
import io.clearview.local.StackException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model judges, as options say, looked at before anything is started. */
final class ModelOptions {

	private static final String DEFAULT_URL = "https://api.openai.com/v1";

	private static final Pattern PRICE = Pattern.compile("\\d{1,6}(\\.\\d{1,6})?,\\d{1,6}(\\.\\d{1,6})?");

	private static final String KEY_VARIABLE = "OPENAI_API_KEY";

	@Option(names = "--model-url")
	@Nullable URI url;

	@Option(names = "--model")
	@Nullable String name;

	@Option(names = "--model-key-file")
	@Nullable Path keyFile;

	@Option(names = "--model-price")
	@Nullable String price;

	/** A stand-in that the console serves, and can break. */
	@Option(names = "--model-stub")
	boolean standIn;

	/** Whether a model was named; a key in the environment alone names none. */
	boolean named() {
		return this.url != null || this.name != null || this.keyFile != null || this.price != null;
	}

	/**
	 * The model. Empty for the embedded one.
	 * @throws StackException when its key cannot be read or it cannot be reached
	 */
	Optional<ModelChoice> choose(RunDirectory run) {
		forgetKey(run);
		if (!named()) {
			return Optional.empty();
		}
		if (this.name == null) {
			throw new StackException("Which model? --model NAME says");
		}
		String base = base();
		Optional<String> key = key();
		ModelChoice.Price price = price(base);
		check(base, key);
		return Optional
			.of(new ModelChoice(base, this.name, key.isPresent() ? keyRing(run, key.get()) : null, price, true));
	}

	/** Takes the key out of the run directory. */
	static void forgetKey(RunDirectory run) {
		try (Stream<Path> files = Files.exists(run.keys("model")) ? Files.list(run.keys("model")) : Stream.empty()) {
			for (Path file : (Iterable<Path>) files::iterator) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new StackException("Cannot empty " + run.keys("model") + ": " + ex.getMessage(), ex);
		}
	}

	private String base() {
		return (this.url != null) ? this.url.toString().replaceFirst("/+$", "") : DEFAULT_URL;
	}

	/**
	 * What is given; nothing for a model on this machine; null for another, whose price
	 * the classifier may know.
	 */
	private ModelChoice.@Nullable Price price(String base) {
		if (this.price == null) {
			return isOnThisMachine(base) ? new ModelChoice.Price(0, 0) : null;
		}
		if (!PRICE.matcher(this.price).matches()) {
			throw new StackException("--model-price " + this.price
					+ ": expected PROMPT,COMPLETION in US dollars a million tokens, such as 0.15,0.60, or 0,0");
		}
		String[] prices = this.price.split(",");
		return new ModelChoice.Price(Double.parseDouble(prices[0]), Double.parseDouble(prices[1]));
	}

	private static boolean isOnThisMachine(String base) {
		String host = URI.create(base).getHost();
		return host != null && (host.equals("localhost") || host.equals("[::1]") || host.startsWith("127."));
	}

	/** The model that the console serves at this port. */
	static ModelChoice standIn(int port) {
		return new ModelChoice("http://127.0.0.1:" + port + "/v1", "stand-in", null).free();
	}

	String describe() {
		if (this.standIn) {
			return "a stand-in model, which the console can break (no key, no network)";
		}
		if (!named()) {
			return "the embedded local model (no key, no network)";
		}
		return this.name + " at " + base();
	}

	private Optional<String> key() {
		if (this.keyFile == null) {
			return Optional.ofNullable(System.getenv(KEY_VARIABLE)).map(String::strip).filter((key) -> !key.isEmpty());
		}
		try {
			String key = Files.readString(this.keyFile).strip();
			if (key.isEmpty() || key.lines().count() > 1) {
				throw new StackException("--model-key-file " + this.keyFile + ": expected one line with the key");
			}
			return Optional.of(key);
		}
		catch (IOException ex) {
			throw new StackException("--model-key-file " + this.keyFile + " cannot be read", ex);
		}
	}

	/** A link to the given file, so that a key changed in it is seen; else a copy. */
	private Path keyRing(RunDirectory run, String key) {
		Path ring = run.keys("model");
		try {
			Files.createDirectories(ring);
			if (this.keyFile != null) {
				Files.createSymbolicLink(ring.resolve("local.key"), this.keyFile.toAbsolutePath());
			}
			else {
				Secrets.write(ring.resolve("local.key"), key + "\n");
			}
			return ring;
		}
		catch (IOException | UnsupportedOperationException ex) {
			throw new StackException("Cannot keep the model's key in " + ring + ": " + ex.getMessage(), ex);
		}
	}

	private static void check(String base, Optional<String> key) {
		HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
		try {
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/models"))
				.timeout(Duration.ofSeconds(10));
			key.ifPresent((value) -> request.header("Authorization", "Bearer " + value));
			// the head is enough: a body may never end, and no time-out counts for it
			int status = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()).statusCode();
			if (status == 401) {
				throw new StackException("The model at " + base + " refuses "
						+ (key.isPresent() ? "this key" : "calls without a key: give --model-key-file") + " (401)");
			}
		}
		catch (IOException ex) {
			throw new StackException("The model at " + base + " cannot be reached: "
					+ Optional.ofNullable(ex.getMessage()).orElse("nothing answers there"), ex);
		}
		catch (IllegalArgumentException ex) {
			throw new StackException("--model-url " + base + ": expected http://host:port/v1", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StackException("Interrupted", ex);
		}
		finally {
			client.shutdownNow();
		}
	}

}
