package io.clearview.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium with an empty profile, ended with its profile. */
final class Browser implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Path profile;

	private final ChromeDriver driver;

	Browser() throws IOException {
		Path programs = programs();
		this.profile = Files.createTempDirectory("console-browser");
		ChromeOptions options = new ChromeOptions();
		options.setBinary(programs.resolve("chromium").toString());
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + this.profile);
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable("performance", Level.ALL);
		logs.enable("browser", Level.ALL);
		options.setCapability("goog:loggingPrefs", logs);
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(programs.resolve("chromedriver").toFile())
			.usingAnyFreePort()
			.build();
		this.driver = new ChromeDriver(service, options);
		size(1280, 900);
		this.driver.get("about:blank");
		requests(); // those of the browser's own first page
	}

	private static Path programs() throws IOException {
		Process process = new ProcessBuilder(ConsoleStack.root().resolve("deploy/console/browser").toString()).start();
		String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
		if (out.isEmpty()) {
			throw new IOException(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
		}
		return Path.of(out);
	}

	void size(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	void theme(String scheme) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	/** Opens a page anew, also when only what stands behind the # is another. */
	void open(String url) {
		this.driver.get("about:blank");
		this.driver.get(url);
		until((_) -> find("body[data-ready]"));
	}

	ChromeDriver driver() {
		return this.driver;
	}

	WebElement find(String selector) {
		return this.driver.findElement(By.cssSelector(selector));
	}

	List<WebElement> all(String selector) {
		return this.driver.findElements(By.cssSelector(selector));
	}

	Object script(String script, Object... arguments) {
		return this.driver.executeScript(script, arguments);
	}

	<T> T until(Function<WebDriver, T> condition) {
		return until(TIMEOUT, condition);
	}

	<T> T until(Duration atMost, Function<WebDriver, T> condition) {
		return new WebDriverWait(this.driver, atMost, Duration.ofMillis(100))
			.ignoring(StaleElementReferenceException.class)
			.ignoring(org.openqa.selenium.NoSuchElementException.class)
			.until(condition);
	}

	void untilText(String selector, String text) {
		until((_) -> find(selector).getText().contains(text));
	}

	/** Addresses of everything that was asked for since the last call. */
	List<String> requests() {
		return this.driver.manage()
			.logs()
			.get("performance")
			.getAll()
			.stream()
			.map((entry) -> entry.getMessage())
			.filter((message) -> message.contains("\"Network.requestWillBeSent\""))
			.map((message) -> message.replaceFirst("(?s).*\"request\":\\{.*?\"url\":\"([^\"]*)\".*", "$1"))
			.filter((url) -> !url.startsWith("chrome:"))
			.toList();
	}

	/**
	 * What the browser complains of, such as violations of the content security policy.
	 */
	List<String> complaints() {
		return this.driver.manage()
			.logs()
			.get("browser")
			.getAll()
			.stream()
			.map((entry) -> entry.getMessage())
			.filter((message) -> message.contains("Content Security Policy") || message.contains("Uncaught"))
			.toList();
	}

	/** What is not accessible, by rule, with the elements. */
	@SuppressWarnings("unchecked")
	List<String> violations() throws IOException {
		try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
			// past the content security policy, which is for pages
			this.driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
		}
		return (List<String>) this.driver.executeAsyncScript("""
				const done = arguments[0];
				axe.run().then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))),
					e => done([String(e)]));""");
	}

	byte[] picture() {
		return this.driver.getScreenshotAs(OutputType.BYTES);
	}

	@Override
	public void close() throws IOException {
		this.driver.quit();
		try (Stream<Path> files = Files.walk(this.profile)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
	}

}
