package org.armlib.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Parameters;
import org.armlib.domain.RequestKey;
import org.armlib.http.api.ApiSettings;
import org.armlib.ports.BatchStatus.Status;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.RequestProcessor;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

class ConsoleTest extends ConsolePage {
    /** Would turn a variable of the page, were it taken for anything but text. */
    private static final String MARKUP =
            "<img/src=x/onerror='window.turned=1'><script>window.turned=1</script>\"'>&amp;";

    @Test
    void a_request_is_submitted_watched_and_its_result_read() {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch whole = new CountDownLatch(1);
        server.on("/report", job -> {
            half.await();
            job.progress(0.5, "page 5 of 10");
            whole.await();
            write(
                    job,
                    "csv",
                    "text/csv",
                    "year,sum\n" + job.request().parameters().get("year") + ",7\n");
            write(job, "bin", "application/octet-stream", "\0\1\2");
        });
        open();

        submit("/report?year=2014&year=2015");

        soon(() -> assertThat(text("detail-body")).contains("Running", "2014", "2015"));
        assertThat(text("detail-title")).isEqualTo("/report?year=2014&year=2015");
        assertThat(text("detail-notes")).contains("was submitted");
        half.countDown();
        soon(() -> assertThat(text("detail-body")).contains("50 % · page 5 of 10"));
        assertThat(browser.ask("document.querySelector('#detail-body progress').value"))
                .isEqualTo(0.5);
        whole.countDown();
        soon(() -> assertThat(text("detail-body")).contains("Completed", "csv", "bin"));
        assertThat(text("detail-notes")).contains("is completed");

        browser.all("#detail-body .formats button").get(0).click();
        soon(() -> assertThat(text("detail-body")).contains("year,sum\n[2014, 2015],7"));
        assertThat(browser.all("#detail-body .formats button"))
                .as("what is no text has no preview")
                .hasSize(1);

        browser.at("detail-close").click();
        chooseTab("completed");
        soon(() -> assertThat(rows())
                .singleElement()
                .satisfies(row -> assertThat(row).contains("/report?year=2014", "csv 24 B", "bin 3 B")));
        String link = browser.all("#rows a.result").get(1).getAttribute("href");
        assertThat(browser.ask("fetch(arguments[0]).then((answer) => answer.text())", String.valueOf(link)))
                .isEqualTo("year,sum\n[2014, 2015],7\n");
        soon(() -> assertThat(text("count-Completed")).isEqualTo("1"));
        browser.assertNoComplaints();
    }

    @Test
    void a_failure_is_shown_with_its_reason_and_resubmitted() {
        AtomicInteger runs = new AtomicInteger();
        server.on("/report", job -> {
            if (runs.incrementAndGet() == 1) {
                throw new PermanentFailureException(job.request().key(), "year: '1999' is not one of 2012, 2013");
            }
            write(job, "txt", "text/plain", "now it works");
        });
        RequestKey key = server.submit("/report?year=1999");
        open();
        chooseTab("failed");
        soon(() -> assertThat(rows())
                .singleElement()
                .satisfies(row ->
                        assertThat(row).contains("/report?year=1999", "year: '1999' is not one of 2012, 2013", "1")));

        browser.all("#rows a.line").get(0).click();
        soon(() -> assertThat(text("detail-body")).contains("Failed", "year: '1999' is not one of 2012, 2013"));
        browser.at("detail-close").click();
        assertThat(browser.all("#rows button").get(0).getAccessibleName()).isEqualTo("Resubmit " + key);
        browser.all("#rows button").get(0).click();

        soon(() -> assertThat(text("notes")).contains(key + " was submitted again"));
        soon(() -> assertThat(server.requests().status(key).status()).isEqualTo(Status.COMPLETED));
        soon(() -> assertThat(rows()).isEmpty());
        soon(() -> assertThat(text("empty")).isEqualTo("No request has failed."));
        assertThat(runs).hasValue(2);
        browser.assertNoComplaints();
    }

    @Test
    void the_queue_is_suspended_and_resumed_with_the_token() {
        server.on("/report", job -> write(job, "txt", "text/plain", "done"));
        open();
        soon(() -> assertThat(text("server")).contains("need the admin token"));

        browser.at("unlock").click();
        enterToken("not-the-token-of-the-administrators");
        soon(() -> assertThat(text("token-error")).isEqualTo("The token was not accepted."));
        enterToken(TestServer.ADMIN_TOKEN);
        soon(() -> assertThat(text("leasing")).isEqualTo("Running"));
        soon(() -> assertThat(text("workers")).isEqualTo("2"));

        browser.at("suspend").click();
        soon(() -> assertThat(text("state")).isEqualTo("Suspended"));
        RequestKey key = server.submit("/report");
        soon(() -> assertThat(rows())
                .singleElement()
                .satisfies(row -> assertThat(row).contains("Waiting, #1", "/report")));
        assertThat(server.requests().status(key).status()).isEqualTo(Status.PENDING);

        browser.at("resume").click();
        soon(() -> assertThat(server.requests().status(key).status()).isEqualTo(Status.COMPLETED));
        soon(() -> assertThat(text("state")).isEqualTo("Idle"));
        soon(() -> assertThat(text("empty")).isEqualTo("Nothing waits and nothing runs."));

        browser.at("token-forget").click();
        soon(() -> assertThat(text("server")).contains("need the admin token"));
        browser.assertNoComplaints();
    }

    @Test
    void temporary_results_are_cleared_and_sticky_ones_with_the_next_epoch() {
        server.on("/report", job -> write(job, "txt", "text/plain", "done"));
        RequestKey temporary = server.submit("/report?kept=no");
        RequestKey sticky = server.requests()
                .submit(BatchRequest.parse("/report?kept=yes").sticky().build())
                .status()
                .key();
        soon(() -> assertThat(List.of(temporary, sticky))
                .allSatisfy(key -> assertThat(server.requests().result(key)).isPresent()));
        open();
        unlock();

        browser.at("clear-cache").click();
        browser.at("ask-no").click();
        assertThat(server.requests().result(temporary)).isPresent();
        browser.at("clear-cache").click();
        browser.at("ask-yes").click();
        soon(() -> assertThat(text("notes")).contains("1 results, 4 B, were removed."));
        assertThat(server.requests().result(temporary)).isEmpty();
        assertThat(server.requests().result(sticky)).isPresent();
        chooseTab("completed");
        soon(() -> assertThat(rows()).hasSize(2));
        soon(() -> assertThat(row(temporary)).contains("cleared"));
        soon(() -> assertThat(row(sticky)).contains("sticky", "txt 4 B").doesNotContain("cleared"));

        browser.driver().get(server.address() + "#/requests/" + temporary);
        soon(() -> assertThat(text("detail-body")).contains("Nobody knows this request", temporary.value()));
        browser.at("detail-action").click();
        soon(() -> assertThat(text("detail-body")).contains("Completed", "txt"));
        browser.at("detail-close").click();

        soon(() -> assertThat(browser.at("rebuilt").isDisplayed()).isTrue());
        browser.at("rebuilt").click();
        browser.at("ask-yes").click();
        soon(() -> assertThat(text("notes")).contains("The data epoch is 1."));
        assertThat(server.requests().result(sticky)).isEmpty();
        browser.assertNoComplaints();
    }

    @Test
    void no_string_is_taken_for_anything_but_text() {
        CountDownLatch end = new CountDownLatch(1);
        server.on("/" + MARKUP, job -> {
            job.progress(0.25, MARKUP + "\n\u202e\u0007done");
            end.await();
            throw new PermanentFailureException(job.request().key(), MARKUP + "\r\nsecond line \u2066\ud83d\ude00");
        });
        RequestKey key = new RequestKey("javascript:alert(1)'&;,=@$!*+~");
        Parameters parameters = Parameters.of(Map.of(
                "__proto__",
                List.of("polluted", ""),
                MARKUP,
                List.of("line\nbreak", "\u202egpj.exe", MARKUP),
                "constructor",
                List.of("\ud83d\ude00")));
        server.requests()
                .submit(BatchRequest.of("/" + MARKUP)
                        .parameters(parameters)
                        .key(key)
                        .build());
        open();

        soon(() -> assertThat(rows())
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .contains("/" + MARKUP + "?", "__proto__=polluted", "constructor=\ud83d\ude00", key.value())
                        .contains("\\u{202e}gpj.exe", "line\\u{a}break")
                        .contains("25 % · " + MARKUP + "\\u{a}\\u{202e}\\u{7}done")));
        browser.all("#rows a.line").get(0).click();
        soon(() -> assertThat(text("detail-body")).contains("Running", MARKUP, "(empty)", key.value()));
        end.countDown();
        soon(() -> assertThat(text("detail-body")).contains("Failed", MARKUP + "\nsecond line \\u{2066}\ud83d\ude00"));
        browser.at("detail-close").click();
        chooseTab("failed");
        soon(() -> assertThat(rows())
                .singleElement()
                .satisfies(row -> assertThat(row).contains(MARKUP)));

        assertThat(browser.all("main img, main script, dialog img, dialog script"))
                .isEmpty();
        assertThat(browser.ask("String(window.turned) + ({}).polluted")).isEqualTo("undefinedundefined");
        assertThat(browser.all("#rows a.line").get(0).getAttribute("href")).endsWith("#/failed/requests/" + key);
        browser.assertNoComplaints();
    }

    @Test
    void a_hostile_request_is_submitted_from_the_page_as_it_is() {
        server.on("/" + MARKUP, job -> write(job, "txt", "text/plain", MARKUP));
        open();

        submit("/" + MARKUP + "?__proto__=%3Cb%3E&a=%F0%9F%98%80%0A&a=");

        soon(() -> assertThat(text("detail-body")).contains("Completed", "__proto__", "<b>", "(empty)", "\\u{a}"));
        browser.all("#detail-body .formats button").get(0).click();
        soon(() -> assertThat(browser.all("#detail-body .preview").get(0).getText())
                .isEqualTo(MARKUP));
        assertThat(browser.ask("String(window.turned)")).isEqualTo("undefined");
        browser.assertNoComplaints();
    }

    @Test
    void a_request_that_is_not_valid_is_refused_at_its_field() {
        server.on("/report", job -> write(job, "txt", "text/plain", "done"));
        open();
        browser.at("submit-open").click();
        browser.at("submit-uri").sendKeys("/report");
        browser.all("#submit summary").get(0).click();
        browser.at("submit-key").sendKeys("no spaces");
        browser.at("submit-uri").sendKeys(Keys.ENTER);

        soon(() -> assertThat(text("submit-error")).contains("character 3 is ' '"));
        assertThat(browser.at("submit-key").getAttribute("aria-invalid")).isEqualTo("true");
        assertThat(browser.at("submit-uri").getAttribute("aria-invalid")).isNull();
        assertThat(focused()).isEqualTo("submit-key");

        browser.at("submit-key").clear();
        browser.at("submit-key").sendKeys("chosen", Keys.ENTER);
        soon(() -> assertThat(text("detail-body")).contains("Completed", "chosen"));
        browser.assertNoComplaints();
    }

    @Test
    void the_areas_of_the_cache_are_counted_when_asked() {
        server.on("/report", job -> write(job, "txt", "text/plain", "x".repeat(1500)));
        server.submit("/report?n=1");
        server.submit("/report?n=2");
        server.requests().submit(BatchRequest.parse("/report?n=3").sticky().build());
        open();
        soon(() -> assertThat(text("count-Completed")).isEqualTo("3"));
        unlock();
        assertThat(text("cache-temporary")).isEmpty();

        browser.at("cache-count").click();

        soon(() -> assertThat(text("cache-temporary")).isEqualTo("2 results, 3.0 kB"));
        assertThat(text("cache-persistent")).isEqualTo("1 result, 1.5 kB");
        assertThat(text("cache-counted")).startsWith("Counted at ");
        assertThat(text("notes")).contains("Temporary: 2 results, 3.0 kB. Persistent: 1 result, 1.5 kB.");

        browser.at("clear-cache").click();
        soon(() -> assertThat(browser.at("ask-yes").isDisplayed()).isTrue());
        browser.at("ask-yes").click();
        soon(() -> assertThat(text("notes")).contains("2 results, 3.0 kB, were removed."));
        assertThat(text("cache-temporary")).as("what is not so any more").isEmpty();
        browser.at("cache-count").click();
        soon(() -> assertThat(text("cache-temporary")).isEqualTo("0 results, 0 B"));
        browser.assertNoComplaints();
    }

    @Test
    void forgetting_says_how_old_the_requests_are() {
        open();
        unlock();
        browser.at("prune").click();
        soon(() -> assertThat(text("ask-text")).contains("ended more than 7 d ago"));
        browser.at("ask-yes").click();
        soon(() -> assertThat(text("notes")).contains("0 requests were forgotten."));
        browser.assertNoComplaints();
    }

    @Test
    void requests_are_cancelled_whether_they_wait_or_run() {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/report", job -> never.await());
        List<RequestKey> keys =
                List.of(server.submit("/report?n=1"), server.submit("/report?n=2"), server.submit("/report?n=3"));
        open();
        soon(() -> assertThat(row(keys.get(2))).contains("Waiting, #1"));
        soon(() -> assertThat(row(keys.get(0))).contains("Running"));

        cancel(keys.get(2));
        soon(() -> assertThat(rows()).hasSize(2));
        cancel(keys.get(0));
        soon(() -> assertThat(rows()).hasSize(1));
        chooseTab("cancelled");
        soon(() -> assertThat(rows()).hasSize(2));
        assertThat(server.requests().status(keys.get(0)).status()).isEqualTo(Status.CANCELLED);
        browser.assertNoComplaints();
    }

    @Test
    void a_server_that_is_gone_is_told_and_found_again() {
        CountDownLatch end = new CountDownLatch(1);
        server.on("/report", job -> {
            end.await();
            write(job, "txt", "text/plain", "done");
        });
        RequestKey key = server.submit("/report");
        open();
        soon(() -> assertThat(text("state")).isEqualTo("Working"));
        browser.all("#rows a.line").get(0).click();
        soon(() -> assertThat(text("detail-body")).contains("Running"));

        server.goAway();
        soon(() -> assertThat(text("gone")).contains("The server does not answer.", "Trying again in"));
        assertThat(text("state")).isEqualTo("No answer");
        assertThat(rows()).as("what was known stays in sight").hasSize(1);

        server.comeBack();
        end.countDown();
        soon(() -> assertThat(text("detail-body")).contains("Completed", key.value()));
        soon(() -> assertThat(browser.at("gone").isDisplayed()).isFalse());
        soon(() -> assertThat(text("state")).isEqualTo("Idle"));
        browser.assertNoComplaints();
    }

    @Test
    void a_request_is_followed_where_no_call_may_wait() {
        CountDownLatch end = new CountDownLatch(1);
        RequestProcessor processor = job -> {
            end.await();
            write(job, "txt", "text/plain", "done");
        };
        ApiSettings usual = ApiSettings.DEFAULT;
        try (TestServer impatient =
                new TestServer(usual.toBuilder().maxWaiters(0).build())) {
            impatient.on("/report", processor);
            RequestKey key = impatient.submit("/report");
            browser.driver().get(impatient.address() + "#/requests/" + key);
            soon(() -> assertThat(text("detail-body")).contains("Running"));
            end.countDown();
            soon(() -> assertThat(text("detail-body")).contains("Completed"));
            soon(() -> assertThat(text("server")).contains("This server has no admin token"));
        }
        browser.assertNoComplaints();
    }

    @Test
    void a_token_is_asked_for_where_submitting_needs_one() {
        String token = "the-token-of-those-who-submit";
        try (TestServer guarded = new TestServer(ApiSettings.DEFAULT.withSubmitToken(token))) {
            guarded.on("/report", job -> write(job, "txt", "text/plain", "done"));
            browser.driver().get(guarded.address().toString());
            submit("/report");
            soon(() -> assertThat(text("token-text")).contains("takes requests only with a token"));
            enterToken(token);
            soon(() -> assertThat(text("detail-body")).contains("Completed"));
        }
        browser.assertNoComplaints();
    }

    @Test
    void everything_is_done_by_keyboard() {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/report", job -> never.await());
        for (int n = 1; n <= 4; n++) {
            server.submit("/report?n=" + n);
        }
        open();
        soon(() -> assertThat(rows()).hasSize(4));

        press(Keys.TAB);
        assertThat(browser.ask("document.activeElement.className")).isEqualTo("skip");
        browser.at("tab-queue").sendKeys(Keys.ARROW_RIGHT);
        assertThat(focused()).isEqualTo("tab-failed");
        press(Keys.END);
        assertThat(focused()).isEqualTo("tab-cancelled");
        press(Keys.ARROW_RIGHT);
        assertThat(focused()).isEqualTo("tab-queue");
        soon(() -> assertThat(rows()).hasSize(4));
        press(Keys.TAB);
        assertThat(focused()).isEqualTo("panel");
        press(Keys.TAB);
        press(Keys.ENTER);
        soon(() -> assertThat(text("detail-body")).contains("Running", "n"));
        press(Keys.ESCAPE);
        soon(() -> assertThat(browser.at("detail").isDisplayed()).isFalse());
        assertThat(browser.ask("document.activeElement.className")).isEqualTo("line");

        // Focus stays where it is while the list changes above it.
        WebElement last = browser.all("#rows button").get(3);
        browser.ask("arguments[0].focus()", last);
        cancel(server.submit("/report?n=1"));
        browser.ask("arguments[0].focus()", last);
        soon(() -> assertThat(rows()).hasSize(3));
        assertThat(browser.ask("document.activeElement.getAttribute('aria-label')"))
                .isEqualTo("Cancel " + server.submit("/report?n=4"));
        press(Keys.ENTER);
        soon(() -> assertThat(rows()).hasSize(2));
        assertThat(focused()).as("where focus goes when its row goes").isEqualTo("panel");
        browser.assertNoComplaints();
    }

    @Test
    void whatever_can_be_used_has_a_name() {
        server.on("/report", job -> write(job, "txt", "text/plain", "done"));
        RequestKey key = server.submit("/report?a=b");
        server.submit("/missing");
        open();
        unlock();
        for (String tab : List.of("failed", "completed")) {
            chooseTab(tab);
            soon(() -> assertThat(rows()).hasSize(1));
            assertNamed("body");
        }
        soon(() -> assertThat(browser.all("svg[role=img]"))
                .extracting(WebElement::getAccessibleName)
                .satisfiesExactly(
                        name -> assertThat(name).startsWith("Queue depth"),
                        name -> assertThat(name).contains("Throughput", "Highest: "),
                        name -> assertThat(name).contains("Wait before running", "p90", "Median")));
        browser.all("#rows a.line").get(0).click();
        soon(() -> assertThat(text("detail-body")).contains("Completed", key.value()));
        assertNamed("#detail");
        assertThat(browser.at("detail").getAccessibleName()).isEqualTo("/report?a=b");
    }

    @Test
    void fits_a_phone() {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/report", job -> never.await());
        server.submit("/report?name=" + "a".repeat(300));
        server.submit("/missing?name=" + "a".repeat(300));
        browser.size(360, 740);
        open();
        unlock();
        for (String tab : List.of("queue", "failed")) {
            chooseTab(tab);
            soon(() -> assertThat(rows()).hasSize(1));
            assertFits("document.documentElement");
        }
        browser.all("#rows a.line").get(0).click();
        soon(() -> assertThat(text("detail-body")).contains("Failed"));
        assertFits("document.getElementById('detail')");
        browser.at("detail-close").click();
        browser.at("submit-open").click();
        assertFits("document.getElementById('submit')");
        assertFits("document.documentElement");
    }

    @Test
    void follows_what_the_user_prefers() {
        open();
        soon(() -> assertThat(text("state")).isEqualTo("Idle"));
        String background = "getComputedStyle(document.body).backgroundColor";
        browser.prefer("prefers-color-scheme", "light");
        Object light = browser.ask(background);
        browser.prefer("prefers-color-scheme", "dark");
        assertThat(browser.ask(background)).isNotEqualTo(light);
        browser.prefer("prefers-reduced-motion", "reduce");
        assertThat(browser.ask("getComputedStyle(document.querySelector('.state .dot')).animationName"))
                .isEqualTo("none");
        browser.prefer("prefers-reduced-motion", "");
    }
}
