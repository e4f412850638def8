package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.armlib.domain.FormatName;
import org.junit.jupiter.api.Test;

class MediaTypesTest {

    @Test
    void names_formats_by_their_usual_suffix() {
        Map.ofEntries(
                        Map.entry("text/csv", "csv"),
                        Map.entry("text/csv; charset=utf-8; header=present", "csv"),
                        Map.entry("TEXT/CSV", "csv"),
                        Map.entry("application/json", "json"),
                        Map.entry("application/geo+json", "geojson"),
                        Map.entry("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
                        Map.entry("text/xml", "xml"),
                        Map.entry("text/html;charset=UTF-8", "html"),
                        Map.entry("text/plain", "txt"),
                        Map.entry("application/pdf", "pdf"),
                        Map.entry("application/zip", "zip"),
                        Map.entry("application/gzip", "gz"),
                        Map.entry("image/png", "png"),
                        Map.entry("text/turtle", "ttl"),
                        Map.entry("application/n-triples", "nt"),
                        Map.entry("application/rdf+xml", "rdf"),
                        Map.entry("application/octet-stream", "bin"),
                        Map.entry("application/x-netcdf", "netcdf"),
                        Map.entry("application/vnd.acme.report+json", "acme-report-json"))
                .forEach((type, format) ->
                        assertThat(MediaTypes.format(type)).as(type).isEqualTo(format));
    }

    @Test
    void makes_a_legal_name_of_anything() {
        for (String type :
                List.of("", "/", ";", "a", "x/", "x/---", "x/ü", "x/.a.", "x/" + "very-long-name.".repeat(9))) {
            String format = MediaTypes.format(type);
            assertThat(new FormatName(format).value()).as(type).isNotEmpty();
        }
    }

    @Test
    void reads_the_charset() {
        assertThat(MediaTypes.charset("text/plain; charset=\"ISO-8859-1\"")).isEqualTo(StandardCharsets.ISO_8859_1);
        assertThat(MediaTypes.charset("text/plain; charset=nonsense")).isEqualTo(StandardCharsets.UTF_8);
        assertThat(MediaTypes.charset("text/plain")).isEqualTo(StandardCharsets.UTF_8);
    }
}
