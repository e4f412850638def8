package org.armlib.http.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Optional;

/** A file of the class path, in both forms in which it is sent. Immutable. */
final class ClassPathFile {
    private final String type;
    private final byte[] plain;
    private final Optional<byte[]> gzipped;
    private final String hash;

    private ClassPathFile(String type, byte[] bytes) {
        this.type = type;
        this.plain = bytes;
        this.gzipped = Gzip.isWorthIt(type, bytes.length) ? Optional.of(Gzip.small(bytes)) : Optional.empty();
        this.hash = HexFormat.of().formatHex(StatusForm.sha256(bytes), 0, 12);
    }

    /** Reads the file {@code name} beside this class, or returns empty if there is none. */
    static Optional<ClassPathFile> read(String name, String type) {
        try (InputStream in = ClassPathFile.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(new ClassPathFile(type, in.readAllBytes()));
        } catch (IOException e) {
            throw Problem.INTERNAL.because("the file cannot be read; the server's log says more");
        }
    }

    /** Sends the file, or 304 to a client that has it in the form that it would be sent. */
    void send(Exchange exchange) throws IOException {
        boolean compressed = gzipped.isPresent() && exchange.accepts(Gzip.CODING);
        // A strong tag is of the bytes that are sent, RFC 9110 section 8.8.1.
        String tag = '"' + hash + (compressed ? "-" + Gzip.CODING : "") + '"';
        exchange.header("ETag", tag);
        exchange.header("Cache-Control", "no-cache");
        if (gzipped.isPresent()) {
            exchange.header("Vary", "Accept-Encoding");
        }
        if (EntityTags.listsWeakly(exchange.headers("If-None-Match"), tag)) {
            exchange.notModified();
        } else if (compressed) {
            exchange.header("Content-Encoding", Gzip.CODING);
            exchange.sendAsIs(200, type, gzipped.get());
        } else {
            exchange.sendAsIs(200, type, plain);
        }
    }
}
