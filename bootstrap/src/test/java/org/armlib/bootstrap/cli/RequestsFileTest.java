package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestsFileTest {
    @TempDir
    Path folder;

    @Test
    void a_line_is_kept_as_it_is_written() throws IOException {
        for (String written : List.of(
                "/s?wsdl", "/a%2Fb//c/%25/%E9;v=1", "/r?a=1&b=2&a=3", "/r?q=a+b%20c&r=%e9,;", "/r?point=b&point=a")) {
            assertThat(read(written).get(0).request()).hasToString(written);
        }
    }

    @Test
    void a_line_is_a_request_with_its_options() throws IOException {
        List<RequestsFile.Line> lines =
                read("\uFEFF# weather\n\n/w?year=2012&month=3 sticky priority=-5 key=march # !\r\n");

        assertThat(lines).hasSize(1);
        RequestsFile.Line line = lines.get(0);
        assertThat(line.number()).isEqualTo(3);
        assertThat(line.written()).isEqualTo("/w?year=2012&month=3");
        assertThat(line.request().key()).isEqualTo(new RequestKey("march"));
        assertThat(line.request().sticky()).isTrue();
        assertThat(line.request().priority()).isEqualTo(-5);
        assertThat(line.request().parameters().get("month")).containsExactly("3");
    }

    @Test
    void identical_requests_in_another_order_have_one_key() throws IOException {
        List<RequestsFile.Line> lines = read("/w?a=1&b=2\n/w?b=2&a=1\n");

        assertThat(lines.get(0).request().key())
                .isEqualTo(lines.get(1).request().key());
    }

    @Test
    void every_bad_line_is_named_by_its_number() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read(String.join(
                        "\n",
                        "/fine",
                        "http://example.org/w",
                        "/w stikcy",
                        "/w priority=high",
                        "/w key=a/b",
                        "/w?a=%zz",
                        "/one key=same",
                        "/two key=same",
                        "/w?q=" + "x".repeat(10_000_000))))
                .satisfies(e -> {
                    String message = String.valueOf(e.getMessage());
                    List<String> problems = message.lines().toList();
                    assertThat(problems).hasSize(7);
                    assertThat(problems.get(0)).contains("requests.txt:2: ").contains("does not begin with a slash");
                    assertThat(problems.get(1)).contains(":3: ").contains("'stikcy' is not one of sticky");
                    assertThat(problems.get(2)).contains(":4: ").contains("priority=high");
                    assertThat(problems.get(3)).contains(":5: ").contains("character 2 is '/'");
                    assertThat(problems.get(4)).contains(":6: ").contains("percent-encoding");
                    assertThat(problems.get(5)).contains(":8: ").contains("another request in line 7");
                    assertThat(problems.get(6)).contains(":9: ").contains("are allowed");
                    assertThat(message).hasSizeLessThan(4000);
                });
    }

    @Test
    void a_file_without_requests_and_one_that_is_none_are_refused() throws IOException {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("# nothing\n"))
                .withMessageContaining("has no requests");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> RequestsFile.read(folder.resolve("missing")))
                .withMessageContaining("does not exist");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> RequestsFile.read(folder))
                .withMessageContaining("is a folder");
        Path latin = Files.write(folder.resolve("latin"), "/caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> RequestsFile.read(latin))
                .withMessageContaining("is not UTF-8");
    }

    private List<RequestsFile.Line> read(String text) throws IOException {
        return RequestsFile.read(Files.writeString(folder.resolve("requests.txt"), text));
    }
}
