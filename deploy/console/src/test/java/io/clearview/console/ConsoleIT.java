package io.clearview.console;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages, in a real browser, before the real system. */
class ConsoleIT {

	private static ConsoleStack stack;

	private static Browser browser;

	@BeforeAll
	static void start() throws Exception {
		stack = ConsoleStack.start(true);
		browser = new Browser();
	}

	@AfterAll
	static void end() throws Exception {
		if (browser != null) {
			browser.close();
		}
		if (stack != null) {
			stack.close();
		}
	}

	@BeforeEach
	void usual() {
		browser.size(1280, 900);
		browser.theme("light");
	}

	/** Whatever a page did: nothing left the machine, and no policy was violated. */
	@AfterEach
	void nothingLeavesTheMachine() {
		assertThat(browser.complaints()).isEmpty();
		assertThat(browser.requests())
			.allMatch((url) -> url.matches("(http://(localhost|127\\.0\\.0\\.1):.*|about:.*|data:.*)"));
	}

	@Test
	void postsBlurAsAPreferenceIsTypedAndAreShownAnyway() {
		browser.open(stack.url());
		browser.find("#preference").sendKeys("Block spam and crypto shilling");
		WebElement card = browser.until((_) -> browser.find(".card.hidden"));
		assertThat(card.getText()).contains("hidden: matches Block spam and crypto shilling", "show anyway", " ms");
		assertThat(card.findElement(org.openqa.selenium.By.cssSelector(".text")).getCssValue("filter"))
			.contains("blur");
		card.findElement(org.openqa.selenium.By.tagName("button")).click();
		assertThat(card.getAttribute("class")).doesNotContain("hidden");
		assertThat(card.getText()).contains("hide again").doesNotContain("hidden: matches");
		browser.until((_) -> browser.all(".card[data-source]:not(.hidden)").size() > 1);
	}

	@Test
	void aReloadKeepsTheTokenAndALinkHoldsThePreference() {
		browser.open(stack.url() + "/#try?preference=Hide+sports+news");
		browser.until((_) -> browser.find(".card[data-source]"));
		Object before = browser.script("return localStorage.getItem('clearview.token')");
		browser.requests();
		browser.open(stack.url() + "/#try?preference=Hide+sports+news");
		browser.until((_) -> browser.find(".card[data-source]"));
		assertThat(browser.find("#preference").getDomProperty("value")).isEqualTo("Hide sports news");
		assertThat(browser.script("return localStorage.getItem('clearview.token')")).isEqualTo(before);
		assertThat(browser.requests()).noneMatch((url) -> url.endsWith("/auth"));
	}

	@Test
	void twoPreferencesStandSideBySide() {
		browser.open(stack.url() + "/#try?preference=Block+crypto&compare=No+politics");
		browser.until((_) -> browser.find(".post .card:nth-child(2)[data-source]"));
		assertThat(browser.all("#feed.compare .post:first-child .card")).hasSize(2).allMatch(WebElement::isDisplayed);
		assertThat(browser.find("#second-field").isDisplayed()).isTrue();
	}

	@Test
	void aBurstLimitIsMetAndExplained() {
		browser.open(stack.url());
		new org.openqa.selenium.support.ui.Select(browser.find("#tier")).selectByValue("free");
		browser.until((_) -> String.valueOf(browser.script("return localStorage.getItem('clearview.tier')"))
			.endsWith("free"));
		// so tall that all forty posts are in view: the second preference is one too many
		browser.size(1280, 6000);
		browser.find("#preference").sendKeys("Block cats");
		// or met already, if the tests before used much
		browser.until((_) -> browser.find("#notice").isDisplayed()
				|| browser.all(".card[data-source]").size() == browser.all("#feed > li").size());
		browser.find("#preference").sendKeys(" and dogs");
		browser.untilText("#notice", "Burst limit reached");
		new org.openqa.selenium.support.ui.Select(browser.find("#tier")).selectByValue("pro");
		browser.until(
				(_) -> String.valueOf(browser.script("return localStorage.getItem('clearview.tier')")).endsWith("pro"));
	}

	@Test
	void aFrozenRedisIsToldTheFeedGoesOnAndIsMended() {
		browser.open(stack.url() + "/#try");
		browser.find("#preference").sendKeys("Hide spoilers");
		browser.until((_) -> browser.find(".card[data-source]"));
		browser.open(stack.url() + "/#break");
		browser.untilText("#page-break [data-state=redis-state]", "up");
		browser.find("[data-part=redis-state] [data-action=freeze]").click();
		long began = System.nanoTime();
		browser.untilText("#page-break [data-state=redis-state]", "frozen");
		System.out.printf("The strip said frozen after %d ms%n", (System.nanoTime() - began) / 1_000_000);
		try {
			browser.open(stack.url() + "/#try");
			browser.find("#preference").sendKeys("Hide spoilers");
			browser.until((_) -> browser.find(".card[data-source]"));
			assertThat(browser.find("#feed").isDisplayed()).isTrue();
		}
		finally {
			browser.open(stack.url() + "/#break");
			browser.find("[data-part=redis-state] [data-action=mend]").click();
		}
		browser.until((_) -> browser.find("#page-break [data-state=redis-state].good"));
	}

	@Test
	void aModelThatAnswersNonsenseIsSeenAndMended() {
		browser.open(stack.url() + "/#break");
		browser.find(".choices button:nth-child(5)").click();
		browser.until((_) -> browser.find(".choices button:nth-child(5)[aria-pressed=true]"));
		browser.open(stack.url() + "/#try?preference=Block+nonsense+" + System.nanoTime());
		browser.until((_) -> browser.find(".card[data-source=open]"));
		assertThat(browser.find(".card[data-source=open]").getText()).contains("shown unjudged");
		browser.open(stack.url() + "/#break");
		browser.find("#mend-all").click();
		browser.until((_) -> browser.find(".choices button:nth-child(1)[aria-pressed=true]"));
	}

	@Test
	void everythingIsReachedByTheKeyboardAlone() {
		browser.open(stack.url());
		WebElement active = browser.driver().switchTo().activeElement();
		for (int i = 0; i < 30 && !"preference".equals(active.getDomAttribute("id")); i++) {
			active.sendKeys(Keys.TAB);
			active = browser.driver().switchTo().activeElement();
		}
		active.sendKeys("Block spam and crypto shilling");
		browser.until((_) -> browser.find(".card.hidden"));
		for (int i = 0; i < 60 && !"show anyway".equals(active.getText()); i++) {
			active.sendKeys(Keys.TAB);
			active = browser.driver().switchTo().activeElement();
		}
		assertThat(active.getText()).isEqualTo("show anyway");
		active.sendKeys(Keys.ENTER);
		assertThat(active.getText()).isEqualTo("hide again");
	}

	@ParameterizedTest
	@CsvSource({ "try, 1280, light", "try, 390, dark", "operate, 1280, dark", "operate, 390, light",
			"break, 1280, light", "break, 390, dark" })
	void aPageIsAccessibleAndFitsItsWidth(String page, int width, String theme) throws Exception {
		browser.size(width, 844);
		browser.theme(theme);
		browser.open(stack.url() + "/#" + page + (page.equals("try") ? "?preference=Block+spam+and+crypto" : ""));
		switch (page) {
			case "try" -> browser.until((_) -> browser.find(".card[data-source]"));
			case "operate" -> browser.until((_) -> browser.find("#panels .panel"));
			default -> browser.until((_) -> browser.find("#page-break .strip li"));
		}
		assertThat(browser.script("return document.documentElement.scrollWidth")).isEqualTo((long) width);
		assertThat(browser.violations()).isEmpty();
	}

	@Test
	void aStrangerCanNeitherReadNorChangeAnything() throws Exception {
		HttpClient client = HttpClient.newHttpClient();
		String local = stack.url().replace("localhost", "127.0.0.1");
		HttpRequest.Builder freeze = HttpRequest.newBuilder(URI.create(local + "/api/parts"))
			.POST(HttpRequest.BodyPublishers.ofString("{\"part\":\"gateway\",\"action\":\"kill\"}"));
		assertThat(client.send(freeze.build(), HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(403);
		assertThat(client
			.send(freeze.copy().header("Origin", local).header("X-ClearView-Console", "guessed").build(),
					HttpResponse.BodyHandlers.ofString())
			.statusCode()).isEqualTo(403);
		HttpResponse<String> other = client.send(HttpRequest.newBuilder(URI.create(local + "/api/session"))
			.header("Sec-Fetch-Site", "cross-site")
			.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(other.statusCode()).isEqualTo(403);
		assertThat(List.of(other.body())).noneMatch((body) -> body.contains("secret"));
	}

}
