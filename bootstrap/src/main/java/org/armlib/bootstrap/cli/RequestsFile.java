package org.armlib.bootstrap.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.RequestKey;

/**
 * A file of requests: one a line, {@code /path?query}, then any of the words {@code sticky}, {@code priority=N} and
 * {@code key=K}; empty lines and what follows a {@code #} are passed over.
 */
final class RequestsFile {

    /**
     * One line.
     *
     * @param number the line's number, from 1
     * @param written path and query as they stand in the file
     * @param request what they ask for
     */
    record Line(int number, String written, BatchRequest request) {}

    private RequestsFile() {}

    /**
     * Reads a file.
     *
     * @throws UsageException if the file cannot be read or any line is wrong; names every such line
     */
    static List<Line> read(Path file) {
        List<String> texts = lines(file);
        List<Line> lines = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Map<RequestKey, Line> byKey = new LinkedHashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            String text = withoutComment(texts.get(i)).strip();
            if (!text.isEmpty()) {
                try {
                    Line line = parse(i + 1, text);
                    Line earlier = byKey.putIfAbsent(line.request().key(), line);
                    if (earlier != null && !earlier.request().sameRequest(line.request())) {
                        throw new InvalidRequestException(
                                "key",
                                "'" + line.request().key() + "' stands for another request in line "
                                        + earlier.number());
                    }
                    lines.add(line);
                } catch (InvalidRequestException e) {
                    problems.add(file + ":" + (i + 1) + ": " + e.getMessage());
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new UsageException(String.join(System.lineSeparator(), problems));
        }
        if (lines.isEmpty()) {
            throw new UsageException(file + ": has no requests; write one a line, such as /report?year=2024");
        }
        return lines;
    }

    private static Line parse(int number, String text) {
        String[] words = text.split("\\s+", -1);
        if (!words[0].startsWith("/")) {
            throw new InvalidRequestException(
                    "requestUri",
                    "'" + shown(words[0]) + "' does not begin with a slash; give path and query alone, such as"
                            + " /report?year=2024");
        }
        BatchRequest.Builder request = BatchRequest.parse(words[0]);
        for (int i = 1; i < words.length; i++) {
            option(words[i], request);
        }
        return new Line(number, words[0], request.build());
    }

    private static void option(String word, BatchRequest.Builder request) {
        if (word.equals("sticky")) {
            request.sticky();
        } else if (word.startsWith("priority=")) {
            try {
                request.priority(Integer.parseInt(word.substring("priority=".length())));
            } catch (NumberFormatException e) {
                throw new InvalidRequestException("priority", "'" + shown(word) + "' is not priority= and a number");
            }
        } else if (word.startsWith("key=")) {
            request.key(new RequestKey(word.substring("key=".length())));
        } else {
            throw new InvalidRequestException(
                    "line", "'" + shown(word) + "' is not one of sticky, priority=N, key=K; a space in a query is %20");
        }
    }

    /** A comment begins with a # at the start of the line or behind a space: a # within a URI is the URI's fault. */
    private static String withoutComment(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '#' && (i == 0 || Character.isWhitespace(text.charAt(i - 1)))) {
                return text.substring(0, i);
            }
        }
        return text;
    }

    private static List<String> lines(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            String reason = !Files.exists(file)
                    ? "does not exist"
                    : Files.isDirectory(file) ? "is a folder" : "cannot be read: " + Shown.reason(e);
            throw new UsageException(file + ": " + reason + "; give a file with one request a line");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.replaceFirst("^\uFEFF", "").lines().toList();
        } catch (CharacterCodingException e) {
            throw new UsageException(file + ": is not UTF-8 text");
        }
    }

    private static String shown(String word) {
        String printable = word.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return printable.length() <= 60 ? printable : printable.substring(0, 60) + "...";
    }
}
