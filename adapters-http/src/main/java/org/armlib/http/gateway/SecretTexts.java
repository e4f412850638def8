package org.armlib.http.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.armlib.domain.Redaction;

/**
 * The secrets that were sent to the upstream, which its answers may repeat. A long one is masked where it occurs; a text
 * that has a short one, or one in another encoding, is withheld as a whole, as masking would show what it is or garble the
 * rest. Immutable.
 */
final class SecretTexts {
    /** In characters; shorter ones also occur by chance. */
    private static final int LONG = 8;

    private static final Pattern PERCENT = Pattern.compile("%([0-7][0-9a-fA-F])");
    private static final Pattern ENTITY =
            Pattern.compile("&(?:#x([0-9a-fA-F]{1,4})|#([0-9]{1,5})|(amp|lt|gt|quot|apos));");
    private static final Map<String, String> NAMED =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'");
    private static final Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization");
    private static final Pattern NONE = Pattern.compile("(?!)");

    private final Set<String> values;
    private final Pattern longOnes;
    private final Pattern anyOne;

    private SecretTexts(Set<String> values) {
        this.values = values;
        this.longOnes = alternatives(
                values.stream().filter(value -> value.length() >= LONG).toList());
        this.anyOne = alternatives(List.copyOf(values));
    }

    /** The values of headers, and what they consist of. */
    static SecretTexts of(Map<String, String> headers) {
        Set<String> values = new LinkedHashSet<>();
        headers.forEach((name, value) -> addHeader(values, name.toLowerCase(Locale.ROOT), value.strip()));
        return new SecretTexts(values);
    }

    /** These secrets and {@code further} ones. */
    SecretTexts with(Collection<String> further) {
        if (further.isEmpty()) {
            return this;
        }
        Set<String> all = new LinkedHashSet<>(values);
        further.stream().map(String::strip).forEach(value -> addText(all, value));
        return new SecretTexts(all);
    }

    /** Returns the text without the secrets; empty if it must not be shown at all. */
    Optional<String> redact(String text) {
        String masked = longOnes.matcher(text).replaceAll(Redaction.MASK);
        boolean repeats = Stream.of(
                        masked,
                        percentDecoded(masked),
                        percentDecoded(masked.replace('+', ' ')),
                        entitiesDecoded(masked))
                .anyMatch(form -> anyOne.matcher(form).find());
        return repeats ? Optional.empty() : Optional.of(masked);
    }

    /** Returns the text without the beginning of a secret at its end, where it may have been cut. */
    String withoutCutSecret(String text) {
        int end = text.length();
        for (String value : values) {
            for (int length = Math.min(value.length() - 1, text.length()); length > 0; length--) {
                if (text.regionMatches(true, text.length() - length, value, 0, length)) {
                    end = Math.min(end, text.length() - length);
                    break;
                }
            }
        }
        return text.substring(0, end);
    }

    private static void addHeader(Set<String> values, String name, String value) {
        boolean credentials = CREDENTIALS.contains(name);
        String[] words = value.split("[\\s,;]++", -1);
        boolean withScheme = credentials && words.length > 1;
        addText(values, value);
        if (words.length == 1) {
            return;
        }
        for (int i = withScheme ? 1 : 0; i < words.length; i++) {
            String word = words[i];
            String assigned = word.substring(word.indexOf('=') + 1).replaceAll("^\"|\"$", "");
            for (String part : List.of(word, assigned)) {
                if (credentials ? part.chars().anyMatch(c -> c != '=') : part.length() >= LONG) {
                    addText(values, part);
                }
            }
        }
        if (withScheme && words[0].equalsIgnoreCase("basic")) {
            addBasic(values, words[1]);
        }
    }

    private static void addBasic(Set<String> values, String encoded) {
        try {
            String decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            addText(values, decoded);
            addText(values, decoded.substring(decoded.indexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            // It is not what it says, and has been added as it is.
            return;
        }
    }

    private static void addText(Set<String> values, String text) {
        if (!text.isEmpty()) {
            values.add(text);
            values.add(URLEncoder.encode(text, StandardCharsets.UTF_8));
        }
    }

    /** The longest first, as it may contain others; a short one only as a word of its own. */
    private static Pattern alternatives(List<String> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        return Pattern.compile(
                values.stream()
                        .sorted(Comparator.comparing(String::length).reversed())
                        .map(value -> value.length() >= LONG
                                ? Pattern.quote(value)
                                : "(?<![\\p{L}\\p{N}])" + Pattern.quote(value) + "(?![\\p{L}\\p{N}])")
                        .reduce((a, b) -> a + "|" + b)
                        .orElseThrow(),
                Pattern.CASE_INSENSITIVE);
    }

    /** The ASCII in it alone, and what is no encoding as it is. */
    private static String percentDecoded(String text) {
        return PERCENT.matcher(text)
                .replaceAll(
                        match -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(match.group(1), 16))));
    }

    private static String entitiesDecoded(String text) {
        return ENTITY.matcher(text).replaceAll(match -> Matcher.quoteReplacement(character(match)));
    }

    private static String character(MatchResult match) {
        if (match.group(3) != null) {
            return NAMED.getOrDefault(match.group(3), "");
        }
        int code = match.group(1) != null ? Integer.parseInt(match.group(1), 16) : Integer.parseInt(match.group(2));
        return Character.isValidCodePoint(code) ? Character.toString(code) : "";
    }
}
