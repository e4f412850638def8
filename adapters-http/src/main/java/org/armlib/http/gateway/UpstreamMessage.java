package org.armlib.http.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.ports.PermanentFailureException;

/** What the upstream says about an answer that is no result, made fit to be shown. */
final class UpstreamMessage {
    /** The most of it that is passed on, in characters. */
    static final int MAX_LENGTH = 1000;

    private static final int MAX_BYTES = 16 * 1024;
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))", Pattern.DOTALL);

    private UpstreamMessage() {}

    /** {@code ": "} and the message, or nothing if there is none that a person could read. */
    static String of(HttpHeaders headers, InputStream body) {
        String type = headers.firstValue("content-type").orElse("");
        if (!MediaTypes.isText(type) || headers.firstValue("content-encoding").isPresent()) {
            return "";
        }
        String text = new String(readSome(body), MediaTypes.charset(type));
        String message = clean(MediaTypes.isJson(type) ? fromJson(text) : text);
        return message.isEmpty() ? "" : ": " + message;
    }

    private static byte[] readSome(InputStream body) {
        byte[] bytes = new byte[MAX_BYTES];
        int length = 0;
        try {
            for (int count = 0; count >= 0 && length < bytes.length; length += Math.max(count, 0)) {
                count = body.read(bytes, length, bytes.length - length);
            }
        } catch (IOException | GatewayException | PermanentFailureException e) {
            // The status alone decides what follows; a message that cannot be had in full is shown as far as it came.
            return Arrays.copyOf(bytes, length);
        }
        return Arrays.copyOf(bytes, length);
    }

    /** Title and detail of a problem (RFC 9457), or else the whole of it. */
    private static String fromJson(String json) {
        Optional<String> title = member(json, "title");
        Optional<String> detail = member(json, "detail");
        if (title.isPresent() && detail.isPresent()) {
            return title.get() + ": " + detail.get();
        }
        return detail.or(() -> title).orElse(json);
    }

    private static Optional<String> member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]++|\\\\.)*+)\"", Pattern.DOTALL)
                .matcher(json);
        return matcher.find() ? Optional.of(unescape(matcher.group(1))) : Optional.empty();
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text).replaceAll(match -> {
            String hex = match.group(1);
            if (hex != null) {
                return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(hex, 16)));
            }
            String escaped = match.group(2);
            return "bfnrt".contains(escaped) ? " " : Matcher.quoteReplacement(escaped);
        });
    }

    /** One line without control, format and private characters, cut to {@link #MAX_LENGTH}. */
    static String clean(String text) {
        StringBuilder out = new StringBuilder();
        boolean space = false;
        for (int i = 0; i < text.length() && out.length() < MAX_LENGTH; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int type = Character.getType(c);
            if (type == Character.FORMAT || type == Character.PRIVATE_USE || type == Character.SURROGATE) {
                continue;
            }
            if (Character.isISOControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                space = true;
                continue;
            }
            if (space && !out.isEmpty()) {
                out.append(' ');
            }
            space = false;
            out.appendCodePoint(c);
        }
        return out.toString();
    }
}
