package org.armlib.http.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.ports.PermanentFailureException;

/** What the upstream says about an answer that is no result, made fit to be shown. */
final class UpstreamMessage {
    /** The most of it that is passed on, in characters. */
    static final int MAX_LENGTH = 1000;

    private static final String WITHHELD = "(a text that repeats a secret, not shown)";
    private static final int MAX_BYTES = 16 * 1024;
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))", Pattern.DOTALL);

    private UpstreamMessage() {}

    /** {@code ": "} and the message without {@code secrets}, or nothing if there is none that a person could read. */
    static String of(HttpHeaders headers, InputStream body, SecretTexts secrets) {
        String type = headers.firstValue("content-type").orElse("");
        if (!MediaTypes.isText(type) || !ContentCodings.of(headers).isEmpty()) {
            return "";
        }
        Start start = Start.of(body);
        String text = MediaTypes.charset(type).decode(start.bytes()).toString();
        String cleaned = clean(MediaTypes.isJson(type) ? fromJson(text) : text, Integer.MAX_VALUE);
        String message = shown(start.whole() ? cleaned : secrets.withoutCutSecret(cleaned), secrets);
        return message.isEmpty() ? "" : ": " + message;
    }

    /** A text from the upstream without {@code secrets}, fit to be shown. */
    static String shown(String text, SecretTexts secrets) {
        return secrets.redact(clean(text, Integer.MAX_VALUE))
                .map(UpstreamMessage::clean)
                .orElse(WITHHELD);
    }

    /** The bytes a body begins with, and whether these are all. */
    private record Start(ByteBuffer bytes, boolean whole) {
        static Start of(InputStream body) {
            byte[] bytes = new byte[MAX_BYTES];
            int length = 0;
            try {
                while (length < bytes.length) {
                    int count = body.read(bytes, length, bytes.length - length);
                    if (count < 0) {
                        return new Start(ByteBuffer.wrap(bytes, 0, length), true);
                    }
                    length += count;
                }
            } catch (IOException | GatewayException | PermanentFailureException e) {
                // The status alone decides what follows; a message that cannot be had in full is shown as far as it
                // came.
                return new Start(ByteBuffer.wrap(bytes, 0, length), false);
            }
            return new Start(ByteBuffer.wrap(bytes), false);
        }
    }

    /** Title and detail of a problem (RFC 9457), or else the whole of it. */
    private static String fromJson(String json) {
        Optional<String> title = member(json, "title");
        Optional<String> detail = member(json, "detail");
        if (title.isPresent() && detail.isPresent()) {
            return title.get() + ": " + detail.get();
        }
        return detail.or(() -> title).orElseGet(() -> unescape(json));
    }

    private static Optional<String> member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\"\\s*+:\\s*+\"((?:[^\"\\\\]++|\\\\.)*+)\"", Pattern.DOTALL)
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
        return clean(text, MAX_LENGTH);
    }

    private static String clean(String text, int maxLength) {
        StringBuilder out = new StringBuilder();
        boolean space = false;
        for (int i = 0; i < text.length() && out.length() < maxLength; ) {
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
