package io.clearview.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/** Takes the documentation's pictures: deploy/console/pictures. */
@EnabledIfSystemProperty(named = "clearview.pictures", matches = ".+")
class PicturesIT {

	/** Larger ones make a clone slow. */
	private static final int MAX_BYTES = 250_000;

	/** So many answers of the feed, five seconds apart, make lines of the dashboards. */
	private static final int ANSWERS = 12;

	private static final Duration LINES = Duration.ofMinutes(4);

	@Test
	void takesOneOfEachPageAndDashboard() throws Exception {
		try (ConsoleStack stack = ConsoleStack.start(true); Browser browser = new Browser()) {
			browser.size(1280, 860);
			browser.theme("light");
			browser.open(stack.url() + "/#try?preference=Block+spam+and+crypto+shilling");
			browser.until((_) -> browser.find(".card.hidden"));
			browser.until((_) -> browser.all(".card[data-source]").size() > 8);
			take(browser, "console-try");
			browser.theme("dark");
			browser.open(stack.url() + "/#break");
			browser.until(LINES, (_) -> browser.all("#seen-log li").size() > 1);
			take(browser, "console-break");
			browser.until(LINES, (_) -> browser.all("#seen-log li").size() > ANSWERS);
			browser.theme("light");
			browser.open(stack.url() + "/#operate");
			browser.until((_) -> browser.find("#panels canvas"));
			take(browser, "console-operate");
			for (WebElement tab : browser.all("#dashboards button")) {
				String name = tab.getDomAttribute("data-board").replace("clearview-", "");
				tab.click();
				browser.until((_) -> tab.getDomAttribute("aria-pressed").equals("true"));
				browser.until((_) -> shown(browser, stack.url(), name));
				browser.size(1280,
						((Number) browser.script("return document.documentElement.scrollHeight")).intValue());
				browser.until((_) -> browser.find("#panels canvas"));
				write(browser.find("#panels").getScreenshotAs(OutputType.BYTES), "dashboard-" + name);
				browser.size(1280, 860);
			}
		}
	}

	/** Whether the panels are those of this dashboard. */
	private static boolean shown(Browser browser, String url, String name) {
		Object title = browser.driver()
			.executeAsyncScript("""
					const done = arguments[arguments.length - 1];
					fetch(arguments[0]).then(r => r.json()).then(b => done(b.panels[0].title), () => done(''));""",
					url + "/api/board?id=clearview-" + name + "&window=60");
		return browser.find("#panels").getText().contains(String.valueOf(title));
	}

	private static void take(Browser browser, String name) throws IOException {
		write(browser.picture(), name);
	}

	private static void write(byte[] picture, String name) throws IOException {
		assertThat(picture.length).as(name).isLessThan(MAX_BYTES);
		Path directory = ConsoleStack.root().resolve(System.getProperty("clearview.pictures"));
		Files.write(Files.createDirectories(directory).resolve(name + ".png"), picture);
	}

}
