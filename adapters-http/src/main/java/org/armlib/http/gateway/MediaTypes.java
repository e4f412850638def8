package org.armlib.http.gateway;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.FormatName;

/** What a {@code Content-Type} header says. */
final class MediaTypes {
    /** RFC 9110, section 8.3.1: two tokens, and parameters of printable characters. */
    private static final Pattern WELL_FORMED = Pattern.compile(
            "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}/[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}(?: {0,5};[ -~]{0,300})?");

    /** What is taken where an answer does not name its type. */
    static final String UNKNOWN = "application/octet-stream";

    private static final Pattern CHARSET =
            Pattern.compile(";\\s{0,50}charset\\s{0,50}=\\s{0,50}\"?([^\\s\";]++)", Pattern.CASE_INSENSITIVE);

    private static final Map<String, String> FORMATS = Map.ofEntries(
            Map.entry("application/geo+json", "geojson"),
            Map.entry("application/gzip", "gz"),
            Map.entry("application/javascript", "js"),
            Map.entry("application/json", "json"),
            Map.entry("application/ld+json", "jsonld"),
            Map.entry("application/msword", "doc"),
            Map.entry("application/n-quads", "nq"),
            Map.entry("application/n-triples", "nt"),
            Map.entry("application/octet-stream", "bin"),
            Map.entry("application/pdf", "pdf"),
            Map.entry("application/rdf+xml", "rdf"),
            Map.entry("application/sparql-results+json", "srj"),
            Map.entry("application/sparql-results+xml", "srx"),
            Map.entry("application/trig", "trig"),
            Map.entry("application/vnd.apache.arrow.file", "arrow"),
            Map.entry("application/vnd.apache.arrow.stream", "arrows"),
            Map.entry("application/vnd.apache.parquet", "parquet"),
            Map.entry("application/vnd.ms-excel", "xls"),
            Map.entry("application/vnd.oasis.opendocument.spreadsheet", "ods"),
            Map.entry("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
            Map.entry("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
            Map.entry("application/x-gzip", "gz"),
            Map.entry("application/x-ndjson", "ndjson"),
            Map.entry("application/x-tar", "tar"),
            Map.entry("application/xhtml+xml", "xhtml"),
            Map.entry("application/xml", "xml"),
            Map.entry("application/yaml", "yaml"),
            Map.entry("application/zip", "zip"),
            Map.entry("application/zstd", "zst"),
            Map.entry("image/jpeg", "jpg"),
            Map.entry("image/svg+xml", "svg"),
            Map.entry("image/tiff", "tif"),
            Map.entry("text/javascript", "js"),
            Map.entry("text/markdown", "md"),
            Map.entry("text/plain", "txt"),
            Map.entry("text/tab-separated-values", "tsv"),
            Map.entry("text/turtle", "ttl"));

    private static final Set<String> GZIP = Set.of(
            "application/gzip",
            "application/gzip-compressed",
            "application/gzipped",
            "application/x-compressed-tar",
            "application/x-gtar-compressed",
            "application/x-gunzip",
            "application/x-gzip",
            "application/x-gzip-compressed",
            "application/x-gzipped-tar",
            "application/x-tar-gz",
            "application/x-tgz",
            "gzip/document");

    /** Those whose format is their subtype, and which are asked for often. */
    private static final Map<String, String> BY_SUBTYPE =
            Map.of("csv", "text/csv", "html", "text/html", "png", "image/png", "gif", "image/gif", "css", "text/css");

    private MediaTypes() {}

    /** The media type to ask for a format by, where one is known. */
    static Optional<String> ofFormat(String format) {
        return Optional.ofNullable(BY_SUBTYPE.get(format))
                .or(() -> FORMATS.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(format))
                        .map(Map.Entry::getKey)
                        // Of two names the standard one: without x-, and application/javascript is the obsolete one.
                        .max(Comparator.comparing((String type) -> !type.contains("/x-"))
                                .thenComparing(type -> type)));
    }

    /**
     * The format that a media type goes by: its usual suffix, or else what its subtype makes of a
     * {@linkplain FormatName format name}, or else {@code bin}.
     */
    static String format(String contentType) {
        String type = essence(contentType);
        String known = FORMATS.get(type);
        return known != null ? known : fromSubtype(type.substring(type.indexOf('/') + 1));
    }

    /** Type and subtype in lower case, without parameters. */
    static String essence(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** Whether a person could read it. */
    static boolean isText(String contentType) {
        String type = essence(contentType);
        return type.startsWith("text/") || isJson(contentType) || type.endsWith("/xml") || type.endsWith("+xml");
    }

    /** Whether a body of this type is gzip itself, whatever its encoding. */
    static boolean isGzip(String contentType) {
        String type = essence(contentType);
        return GZIP.contains(type) || type.endsWith("+gzip");
    }

    /** Whether it is JSON, under whichever name. */
    static boolean isJson(String contentType) {
        String type = essence(contentType);
        return type.endsWith("/json") || type.endsWith("+json");
    }

    /** The charset it names, or UTF-8. */
    static Charset charset(String contentType) {
        Matcher matcher = CHARSET.matcher(contentType);
        try {
            return matcher.find() ? Charset.forName(matcher.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    private static String fromSubtype(String subtype) {
        String name = subtype.replaceFirst("^(x-|vnd\\.)", "")
                .replaceAll("[^a-z0-9]++", "-")
                .replaceAll("^-|-$", "");
        if (name.length() > FormatName.MAX_LENGTH) {
            name = name.substring(0, FormatName.MAX_LENGTH).replaceAll("-$", "");
        }
        return name.isEmpty() ? "bin" : name;
    }

    /** Checks whether a text is a media type as it may be passed on. */
    static boolean isWellFormed(String contentType) {
        return WELL_FORMED.matcher(contentType).matches();
    }
}
