package org.armlib.http.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Tells what the server refuses before the API sees it in the API's own form; nothing of the request is repeated. */
final class ProblemErrorHandler extends ErrorHandler {
    private static final String TYPE = "application/problem+json";

    /** What the API's own answers have as well. */
    private static final Map<String, String> SECURITY = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin");

    /** Whatever the method: a client of any may want to know. */
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        SECURITY.forEach(response.getHeaders()::put);
        // Of some requests not even the method is known: to a client that has sent HEAD and goes on over the same
        // connection, this answer's content would be the next answer.
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        response.write(true, ByteBuffer.wrap(body(code)), callback);
    }

    private static byte[] body(int status) {
        String detail =
                detail(status).map(text -> ",\"detail\":\"" + text + "\"").orElse("");
        return ("{\"type\":\"" + type(status) + "\",\"title\":\"" + HttpStatus.getMessage(status) + "\",\"status\":"
                        + status + detail + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** As the API names it; {@code about:blank} says that the status means no more than it does anyway. */
    private static String type(int status) {
        return switch (status) {
            case HttpStatus.BAD_REQUEST_400 -> "urn:armlib:problem:malformed";
            case HttpStatus.PAYLOAD_TOO_LARGE_413,
                    HttpStatus.URI_TOO_LONG_414,
                    HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 -> "urn:armlib:problem:too-large";
            case HttpStatus.INTERNAL_SERVER_ERROR_500 -> "urn:armlib:problem:internal";
            default -> "about:blank";
        };
    }

    /** What is most likely wrong; Jetty's own words may repeat what was sent. */
    private static Optional<String> detail(int status) {
        return switch (status) {
            case HttpStatus.BAD_REQUEST_400 ->
                Optional.of(
                        "the request line or a header breaks the rules of HTTP, or the path can be read in two ways:"
                                + " it has an empty segment, or an escaped %, / or dot");
            case HttpStatus.URI_TOO_LONG_414 ->
                Optional.of("the address is longer than 64 kB; post the request to /requests");
            case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 -> Optional.of("the headers are longer than 64 kB");
            default -> Optional.empty();
        };
    }
}
