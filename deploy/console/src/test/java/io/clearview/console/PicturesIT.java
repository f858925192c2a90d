package io.clearview.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/** Takes the documentation's pictures: deploy/console/pictures. */
@EnabledIfSystemProperty(named = "clearview.pictures", matches = ".+")
class PicturesIT {

	/** Larger ones make a clone slow. */
	private static final int MAX_BYTES = 200_000;

	@Test
	void takesOneOfEachPage() throws Exception {
		try (ConsoleStack stack = ConsoleStack.start(true); Browser browser = new Browser()) {
			browser.size(1280, 860);
			browser.theme("light");
			browser.open(stack.url() + "/#try?preference=Block+spam+and+crypto+shilling");
			browser.until((_) -> browser.find(".card.hidden"));
			browser.until((_) -> browser.all(".card[data-source]").size() > 8);
			take(browser, "try");
			browser.open(stack.url() + "/#operate");
			browser.until((_) -> browser.find("#panels canvas"));
			take(browser, "operate");
			browser.theme("dark");
			browser.open(stack.url() + "/#break");
			browser.until((_) -> browser.all("#seen-log li").size() > 1);
			take(browser, "break");
		}
	}

	private static void take(Browser browser, String name) throws IOException {
		byte[] picture = browser.picture();
		assertThat(picture.length).isLessThan(MAX_BYTES);
		Path directory = ConsoleStack.root().resolve(System.getProperty("clearview.pictures"));
		Files.write(Files.createDirectories(directory).resolve("console-" + name + ".png"), picture);
	}

}
