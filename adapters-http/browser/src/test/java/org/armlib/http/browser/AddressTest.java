package org.armlib.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The address names what is shown, and keys from outside are looked up safely. */
class AddressTest extends ConsolePage {

    @Test
    void the_address_names_the_tab_and_the_open_request() {
        RequestKey key = server.submit("/missing");
        open();
        soon(() -> assertThat(text("count-Failed")).isEqualTo("1"));
        chooseTab("failed");
        assertThat(hash()).isEqualTo("#/failed");
        soon(() -> assertThat(rows()).hasSize(1));
        browser.all("#rows a.line").get(0).click();
        soon(() -> assertThat(text("detail-body")).contains("no test said"));
        assertThat(hash()).isEqualTo("#/failed/requests/" + key);

        browser.driver().navigate().refresh();
        soon(() -> assertThat(text("detail-body")).contains("no test said"));
        assertThat(browser.at("tab-failed").getAttribute("aria-selected")).isEqualTo("true");
        browser.at("detail-close").click();
        assertThat(hash()).isEqualTo("#/failed");
        browser.assertNoComplaints();
    }

    @Test
    void the_back_button_goes_back() {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/report", job -> never.await());
        RequestKey key = server.submit("/report");
        open();
        chooseTab("completed");
        chooseTab("queue");
        soon(() -> assertThat(rows()).hasSize(1));
        browser.all("#rows a.line").get(0).click();
        soon(() -> assertThat(text("detail-body")).contains("Running"));
        assertThat(hash()).isEqualTo("#/requests/" + key);

        browser.driver().navigate().back();
        soon(() -> assertThat(browser.at("detail").isDisplayed()).isFalse());
        assertThat(hash()).isEqualTo("#/queue");
        browser.driver().navigate().back();
        soon(() -> assertThat(browser.at("tab-completed").getAttribute("aria-selected"))
                .isEqualTo("true"));
        browser.driver().navigate().forward();
        browser.driver().navigate().forward();
        soon(() -> assertThat(text("detail-body")).contains("Running"));

        // What is closed is left, and does not come back with the next step back.
        press(Keys.ESCAPE);
        soon(() -> assertThat(hash()).isEqualTo("#/queue"));
        browser.driver().navigate().back();
        soon(() -> assertThat(hash()).isEqualTo("#/completed"));
        assertThat(browser.at("detail").isDisplayed()).isFalse();
        browser.assertNoComplaints();
    }

    @Test
    void a_key_that_no_request_can_have_is_refused_in_place() {
        open();
        for (String illegal :
                List.of("a b", "a/b", "..", "../admin", "%", "%2e%2e", "a?b", "a#b", "\u00e4", ".x", "<b>")) {
            browser.at("find-key").sendKeys(illegal, Keys.ENTER);
            soon(() -> assertThat(text("detail-body")).contains("No request can have this key", illegal));
            assertThat(browser.all("#detail-action")).as(illegal).isEmpty();
            browser.driver().navigate().refresh();
            soon(() -> assertThat(text("detail-body")).contains("No request can have this key", illegal));
            browser.at("detail-close").click();
            soon(() -> assertThat(browser.at("detail").isDisplayed()).isFalse());
        }
        browser.assertNoComplaints();
    }

    @Test
    void an_unknown_key_offers_nothing_to_resubmit() {
        open();
        browser.at("find-key").sendKeys("unheard-of", Keys.ENTER);
        soon(() -> assertThat(text("detail-body")).contains("Nobody knows this request", "unheard-of"));
        assertThat(browser.all("#detail-action")).isEmpty();
        assertThat(hash()).isEqualTo("#/requests/unheard-of");
        browser.assertNoComplaints();
    }

    private static Object hash() {
        return browser.ask("location.hash");
    }
}
