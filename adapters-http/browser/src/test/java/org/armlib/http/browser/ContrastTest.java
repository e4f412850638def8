package org.armlib.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Every text can be read: WCAG 2.2, success criteria 1.4.3 and, for charts and fields, 1.4.11, both at level AA. */
class ContrastTest extends ConsolePage {
    private static final String SCRIPT = read("contrast.js");

    @AfterEach
    void preferNothing() {
        browser.prefer("prefers-color-scheme", "");
    }

    @Test
    void each_text_stands_out_in_light_and_dark() {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/report", job -> {
            job.progress(0.5, "half");
            never.await();
        });
        server.on("/done", job -> write(job, "txt", "text/plain", "done"));
        server.submit("/done");
        server.requests().submit(BatchRequest.parse("/done?s=1").sticky().build());
        server.submit("/missing");
        for (int n = 0; n < 4; n++) {
            server.submit("/report?n=" + n);
        }
        RequestKey cancelled = server.submit("/report?n=cancelled");
        server.requests().cancel(cancelled);
        open();
        assertReadable("locked");
        unlock();
        for (String tab : List.of("queue", "failed", "completed", "cancelled")) {
            chooseTab(tab);
            soon(() -> assertThat(rows()).isNotEmpty());
            assertReadable(tab);
            browser.all("#rows a.line").get(0).click();
            soon(() -> assertThat(browser.all("#detail-body .chip")).hasSize(1));
            assertReadable(tab + ", opened");
            press(Keys.ESCAPE);
            soon(() -> assertThat(browser.at("detail").isDisplayed()).isFalse());
        }
        browser.at("submit-open").click();
        browser.all("#submit summary").get(0).click();
        browser.at("submit-key").sendKeys("no spaces");
        browser.at("submit-uri").sendKeys("/report?a=b", Keys.ENTER);
        soon(() -> assertThat(text("submit-error")).isNotEmpty());
        assertReadable("a request that is refused");
        browser.at("submit-close").click();
        browser.at("clear-cache").click();
        assertReadable("a question");
        browser.at("ask-yes").click();
        soon(() -> assertThat(text("notes")).contains("were removed"));
        assertReadable("a note");
        browser.at("suspend").click();
        soon(() -> assertThat(text("state")).startsWith("Suspend"));
        assertReadable("suspended");
        browser.ask(
                "document.querySelectorAll('button').forEach((button) => button.setAttribute('aria-busy', 'true'))");
        assertReadable("busy");
    }

    @Test
    void each_text_stands_out_when_the_server_is_gone() {
        server.submit("/missing");
        open();
        chooseTab("failed");
        soon(() -> assertThat(rows()).hasSize(1));
        server.goAway();
        soon(() -> assertThat(text("gone")).contains("The server does not answer."));
        assertReadable("gone");
    }

    private static void assertReadable(String when) {
        for (String scheme : List.of("light", "dark")) {
            browser.prefer("prefers-color-scheme", scheme);
            assertThat((List<?>) browser.ask(SCRIPT)).as("%s, %s", when, scheme).isEmpty();
        }
    }

    private static String read(String name) {
        try (InputStream in = Objects.requireNonNull(ContrastTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
