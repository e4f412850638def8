package org.armlib.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The charts are right, and whole. */
class ChartTest extends ConsolePage {
    private static final int MANY = 600;

    @Test
    void the_labels_of_an_axis_are_in_the_chart_however_long_they_are() {
        open();
        for (String highest : List.of("1", "123456789", "1234567890123")) {
            Object outside = browser.driver().executeAsyncScript("""
                            const [highest, done] = arguments;
                            import(new URL("console/charts.js", document.baseURI)).then(({ Chart }) => {
                              const figure = document.getElementById("chart-waits");
                              figure.replaceChildren();
                              const format = (value) => `${value.toFixed(0)} min`;
                              const chart = new Chart(figure, { title: "t", series: [{ name: "p90", title: "p90" }], format });
                              chart.show([{ from: 0, to: 1000, p90: Number(highest) }], 0, 1000);
                              const frame = figure.querySelector("svg").getBoundingClientRect();
                              const outside = [...figure.querySelectorAll(".tick")].filter((label) => {
                                const { left, right, top, bottom } = label.getBoundingClientRect();
                                return left < frame.left || right > frame.right || top < frame.top || bottom > frame.bottom;
                              });
                              done(outside.map((label) => label.textContent));
                            }, (failure) => done([String(failure)]));
                            """, highest);
            assertThat((List<?>) outside).as(highest).isEmpty();
        }
        browser.assertNoComplaints();
    }

    @Test
    void the_throughput_is_right_without_a_token_however_many_there_are() {
        for (int n = 0; n < MANY; n++) {
            server.submit("/missing?n=" + n);
        }
        soon(() -> assertThat(server.failed()).isEqualTo(MANY));
        open();
        soon(() -> assertThat(text("count-Failed")).isEqualTo(String.valueOf(MANY)));
        assertThat(label("throughput")).contains("Nothing was finished");

        for (int n = 0; n < MANY; n++) {
            server.submit("/missing?again=" + n);
        }

        soon(() -> assertThat(text("count-Failed")).isEqualTo("1\u202f200"));
        soon(() -> assertThat(label("throughput")).contains("Highest: "));
        browser.assertNoComplaints();
    }

    private static String label(String chart) {
        return String.valueOf(browser.all("#chart-" + chart + " svg").get(0).getAccessibleName());
    }
}
