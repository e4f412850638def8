package org.armlib.http.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Job;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;

/** The console page in a browser, with a server behind it, and what tests do with it. */
abstract class ConsolePage {
    static Browser browser;

    TestServer server;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void endBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void startServer() {
        server = TestServer.start();
        browser.size(1280, 900);
    }

    @AfterEach
    void endServer() {
        server.close();
    }

    void open() {
        browser.driver().get(server.address().toString());
        soon(() -> assertThat(text("count-Pending")).isNotEqualTo("–"));
    }

    void unlock() {
        soon(() -> assertThat(browser.at("unlock").isDisplayed()).isTrue());
        browser.at("unlock").click();
        enterToken(TestServer.ADMIN_TOKEN);
        soon(() -> assertThat(text("leasing")).isNotEmpty());
    }

    static void enterToken(String token) {
        soon(() -> assertThat(browser.at("token-value").isDisplayed()).isTrue());
        browser.at("token-value").sendKeys(token, Keys.ENTER);
    }

    static void submit(String line) {
        browser.at("submit-open").click();
        browser.at("submit-uri").sendKeys(line);
        browser.at("submit-uri").sendKeys(Keys.ENTER);
    }

    static void cancel(RequestKey key) {
        browser.all("#rows button").stream()
                .filter(button -> ("Cancel " + key).equals(button.getAttribute("aria-label")))
                .findFirst()
                .orElseThrow()
                .click();
    }

    static void chooseTab(String name) {
        browser.at("tab-" + name).click();
    }

    static void press(CharSequence key) {
        browser.driver().switchTo().activeElement().sendKeys(key);
    }

    static Object focused() {
        return browser.ask("document.activeElement.id");
    }

    static String text(String id) {
        return browser.at(id).getText();
    }

    static List<String> rows() {
        return browser.all("#rows tr").stream().map(WebElement::getText).toList();
    }

    static String row(RequestKey key) {
        return rows().stream()
                .filter(row -> row.contains(key.value()))
                .findFirst()
                .orElse("");
    }

    /** What lies below an open dialog is out of reach, and has no name. */
    static void assertNamed(String place) {
        assertThat(browser.all(
                        ":is(button, a[href], input, progress, [role=tabpanel]):is(PLACE *)".replace("PLACE", place)))
                .filteredOn(element -> element.isDisplayed()
                        && Objects.requireNonNullElse(element.getAccessibleName(), "")
                                .isBlank())
                .extracting(element -> element.getAttribute("outerHTML"))
                .as("what has no name")
                .isEmpty();
    }

    static void assertFits(String element) {
        assertThat(browser.ask(element + ".scrollWidth <= " + element + ".clientWidth"))
                .as("nothing in %s is wider than it", element)
                .isEqualTo(true);
    }

    /** The page redraws itself, so that an element found may be gone when it is read: that is looked at again too. */
    static void soon(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(assertion);
    }

    static void write(Job job, String format, String mediaType, String content) throws IOException {
        try (OutputStream out = job.format(format, mediaType)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
    }
}
