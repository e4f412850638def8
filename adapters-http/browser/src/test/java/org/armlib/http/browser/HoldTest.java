package org.armlib.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.armlib.domain.Hold;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.Test;

/** The page says why nothing happens. */
class HoldTest extends ConsolePage {

    @Test
    void a_held_request_shows_why_and_until_when() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/report", job -> never.await());
        server.submit("/report?n=1");
        server.submit("/report?n=2");
        open();
        soon(() -> assertThat(text("count-InProgress")).isEqualTo("2"));
        RequestKey key = server.submit("/report?n=3");
        server.holdNext(Hold.Cause.UPSTREAM, "it answers 503\u202e", Duration.ofHours(2));

        soon(() -> assertThat(row(key))
                .contains("Held, #1", "Held by the upstream API, tried again in 2 h: it answers 503\\u{202e}"));
        browser.all("#rows a.line").get(2).click();
        soon(() -> assertThat(text("detail-body"))
                .contains("Held by the upstream API, tried again in 2 h: it answers 503", "Held since", "Held until"));
        assertThat(text("state")).as("others run").isEqualTo("Working");
        browser.assertNoComplaints();
    }

    @Test
    void the_header_says_that_leasing_is_held() {
        open();
        soon(() -> assertThat(text("state")).isEqualTo("Idle"));
        assertThat(browser.at("held").isDisplayed()).isFalse();
        Instant now = Instant.now();
        server.holdAll(
                Optional.of(new Hold(Hold.Cause.CACHE, now, now.plusSeconds(7200), "No space left on device", 1)));

        soon(() -> assertThat(text("state")).isEqualTo("Held"));
        assertThat(text("held"))
                .isEqualTo("Nothing is leased on this server. Held by the cache, tried again in 2 h: No space left on"
                        + " device.");
        unlock();
        assertThat(text("leasing")).isEqualTo("Held");

        server.holdAll(Optional.empty());
        soon(() -> assertThat(text("state")).isEqualTo("Idle"));
        assertThat(browser.at("held").isDisplayed()).isFalse();
        browser.assertNoComplaints();
    }
}
