package org.armlib.http.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** However long a list is, the page is small, and every row can be reached. */
class LongListTest extends ConsolePage {
    private static final int MANY = 10_000;

    /** Rows that fill twice the height of any window of these tests. */
    private static final int MAX_ROWS = 60;

    private static final int MAX_NODES = 2_500;

    @Test
    void ten_thousand_that_wait_are_a_few_rows_of_the_page() {
        fillQueue();
        open();

        soon(() -> assertThat(text("count-Pending")).isEqualTo("10\u202f000"));
        soon(() -> assertThat(text("more")).matches("1 to \\d+ of 10\u202f002"));
        assertThat(text("tab-count-queue")).isEqualTo("10\u202f002");
        assertSmall();
        soon(() -> assertThat(browser.all("#chart-depth svg").get(0).getAccessibleName())
                .contains("Running 2, Waiting 10\u202f000"));

        scrollTo(0.5);
        soon(() -> assertThat(text("more")).doesNotStartWith("1 to"));
        soon(() -> assertThat(loading()).isZero());
        assertSmall();
        browser.assertNoComplaints();
    }

    @Test
    void the_last_row_is_reached_by_keyboard() {
        fillQueue();
        open();
        soon(() -> assertThat(text("more")).startsWith("1 to"));

        soon(() -> {
            browser.at("panel").sendKeys(Keys.END);
            assertThat(text("more")).endsWith(" to 10\u202f002 of 10\u202f002");
            assertThat(loading()).isZero();
            assertThat(rows()).last().asString().contains("/report?n=9999", "Waiting, #10\u202f000");
        });
        assertSmall();

        browser.at("panel").sendKeys(Keys.HOME);
        soon(() -> assertThat(text("more")).startsWith("1 to"));
        soon(() -> assertThat(rows()).first().asString().contains("Running"));
        browser.assertNoComplaints();
    }

    @Test
    void tab_leads_through_the_rows_and_the_list_follows() {
        fillQueue();
        open();
        soon(() -> assertThat(loading()).isZero());
        soon(() -> assertThat(rows()).hasSizeGreaterThan(10));
        browser.ask("document.querySelector('#rows a.line').focus()");
        String seen = "";
        for (int row = 0; row < 50; row++) {
            String index = String.valueOf(browser.ask("document.activeElement.closest('tr').ariaRowIndex"));
            assertThat(index).as("after %s", seen).isEqualTo(String.valueOf(row + 2));
            seen = index;
            // The link, and the button of the row.
            press(Keys.TAB);
            press(Keys.TAB);
        }
        soon(() -> assertThat(text("more")).doesNotStartWith("1 to"));
        browser.assertNoComplaints();
    }

    @Test
    void a_screen_reader_is_told_how_many_rows_there_are_and_which_one_it_reads() {
        fillQueue();
        open();
        soon(() ->
                assertThat(browser.at("requests").getAttribute("aria-rowcount")).isEqualTo(String.valueOf(MANY + 3)));
        soon(() -> assertThat(loading()).isZero());
        assertThat(browser.all("#head tr").get(0).getAttribute("aria-rowindex")).isEqualTo("1");
        assertThat(browser.all("#rows tr").get(0).getAttribute("aria-rowindex")).isEqualTo("2");
        assertThat(browser.all("#rows tr").get(5).getAttribute("aria-rowindex")).isEqualTo("7");
    }

    @Test
    void one_call_in_each_interval_asks_for_what_is_in_sight() {
        fillQueue();
        open();
        soon(() -> assertThat(loading()).isZero());
        soon(() -> assertThat(text("more")).startsWith("1 to"));
        browser.ask("performance.clearResourceTimings()");

        soon(() -> assertThat(calls()).hasSizeGreaterThanOrEqualTo(3));

        assertThat(calls())
                .allSatisfy(call ->
                        assertThat(call).matches(".*/overview\\?window=InProgress%2C\\d{2}&window=Pending%2C\\d{2}"));
        assertThat(browser.ask(
                        "Math.max(...performance.getEntriesByType('resource').map((call) => call.encodedBodySize))"))
                .as("bytes")
                .isInstanceOfSatisfying(Long.class, bytes -> assertThat(bytes).isLessThan(4_000));
        // The page asked for what it has rows for, and not for the other 9,950.
        assertThat(calls()).allSatisfy(call -> assertThat(limit(call)).isLessThanOrEqualTo(MAX_ROWS));
    }

    @Test
    void what_is_scrolled_back_to_is_as_it_is_now() {
        fillQueue();
        open();
        soon(() -> assertThat(rows()).hasSizeGreaterThan(10));
        RequestKey third = key("/report?n=2");
        soon(() -> assertThat(row(third)).contains("Waiting"));
        scrollTo(1);
        soon(() -> assertThat(row(third)).isEmpty());

        server.requests().cancel(third);

        scrollTo(0);
        soon(() -> assertThat(text("more")).startsWith("1 to"));
        soon(() -> assertThat(loading()).isZero());
        assertThat(row(third)).isEmpty();
        soon(() -> assertThat(text("tab-count-cancelled")).isEqualTo("1"));
        browser.assertNoComplaints();
    }

    @Test
    void failures_are_shown_to_the_last_however_many() {
        int failures = 620;
        for (int n = 1; n <= failures; n++) {
            server.submit("/missing?n=" + n);
        }
        await().until(() -> server.failed() == failures);
        open();
        soon(() -> assertThat(text("count-Failed")).as("exact without a token").isEqualTo("620"));
        chooseTab("failed");
        soon(() -> assertThat(text("more")).endsWith("of 620, the earliest first"));
        soon(() -> {
            browser.at("panel").sendKeys(Keys.END);
            assertThat(text("more")).contains("to 620 of 620");
            assertThat(loading()).isZero();
        });
        assertThat(rows()).last().asString().contains("no test said what this request does");
        assertSmall();

        server.on("/missing", job -> write(job, "txt", "text/plain", "now it works"));
        soon(() -> {
            List<WebElement> buttons = browser.all("#rows button");
            WebElement last = buttons.get(buttons.size() - 1);
            browser.ask("arguments[0].scrollIntoView({ block: 'center' })", last);
            last.click();
        });

        soon(() -> assertThat(text("count-Failed")).isEqualTo("619"));
        soon(() -> assertThat(text("more")).contains("to 619 of 619"));
        browser.assertNoComplaints();
    }

    @Test
    void a_list_that_is_emptied_behind_the_reader_is_shown_empty() {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/report", job -> never.await());
        List<RequestKey> keys = IntStream.range(0, 300)
                .mapToObj(n -> server.submit("/report?n=" + n))
                .toList();
        open();
        soon(() -> assertThat(rows()).hasSizeGreaterThan(10));
        scrollTo(1);
        soon(() -> assertThat(text("more")).contains("to 300 of 300"));
        soon(() -> assertThat(loading()).isZero());

        keys.forEach(server.requests()::cancel);

        soon(() -> assertThat(text("empty")).isEqualTo("Nothing waits and nothing runs."));
        assertThat(rows()).isEmpty();
        chooseTab("cancelled");
        soon(() -> assertThat(text("more")).endsWith("of 300, the earliest first"));
        browser.assertNoComplaints();
    }

    @Test
    void a_phone_scrolls_through_a_long_list() {
        fillQueue();
        browser.size(360, 740);
        open();
        soon(() -> assertThat(text("more")).startsWith("1 to"));
        assertFits("document.documentElement");
        scrollTo(0.3);
        soon(() -> assertThat(text("more")).doesNotStartWith("1 to"));
        soon(() -> assertThat(loading()).isZero());
        assertSmall();
        assertThat(browser.ask("document.querySelector('#panel').getBoundingClientRect().top"
                        + " >= document.querySelector('#rows tr').getBoundingClientRect().top"))
                .as("rows up to the upper edge")
                .isEqualTo(true);
    }

    /** Two run for ever, and the others wait. */
    private void fillQueue() {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/report", job -> never.await());
        server.submitAll(IntStream.range(-2, MANY)
                .mapToObj(n -> BatchRequest.parse("/report?n=" + n).build())
                .toList());
    }

    private static RequestKey key(String line) {
        return BatchRequest.parse(line).build().key();
    }

    private static void scrollTo(double part) {
        browser.ask(
                "((panel) => (panel.scrollTop = arguments[0] * panel.scrollHeight))(document.getElementById('panel'))",
                part);
    }

    private static long loading() {
        return browser.all("#rows .absent").size();
    }

    private static void assertSmall() {
        assertThat(browser.ask("document.querySelectorAll('#rows tr').length"))
                .isInstanceOfSatisfying(Long.class, rows -> assertThat(rows).isLessThanOrEqualTo(MAX_ROWS));
        assertThat(browser.ask("document.querySelectorAll('*').length"))
                .isInstanceOfSatisfying(Long.class, nodes -> assertThat(nodes).isLessThanOrEqualTo(MAX_NODES));
    }

    /** What the page has asked for. */
    private static List<String> calls() {
        return ((List<?>) browser.ask("performance.getEntriesByType('resource').map((call) => call.name)"))
                .stream().map(String::valueOf).toList();
    }

    private static int limit(String call) {
        return Integer.parseInt(call.replaceFirst(".*Pending%2C", ""));
    }
}
