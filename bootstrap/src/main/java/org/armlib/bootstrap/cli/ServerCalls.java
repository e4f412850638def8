package org.armlib.bootstrap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.armlib.domain.RequestKey;

/** Calls the HTTP API of one server, and makes exceptions of what it refuses. */
final class ServerCalls {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int LARGEST_ANSWER = 64 << 20;
    private static final int REDIRECTS = 5;
    private static final Set<Integer> REDIRECT = Set.of(301, 302, 303, 307, 308);

    private static final String UNKNOWN_REQUEST = "urn:armlib:problem:unknown-request";
    private static final String NOT_FOUND = "urn:armlib:problem:not-found";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final URI server;
    private final Optional<String> token;

    /**
     * An answer that is none of refusal.
     *
     * @param body what it says
     */
    record Answer(HttpHeaders headers, ServerJson body) {
        Optional<String> header(String name) {
            return headers.firstValue(name);
        }
    }

    /** @throws UsageException if {@code server} is no address of a server, or {@code token} cannot be sent */
    ServerCalls(URI server, Optional<String> token) {
        if (server.getHost() == null
                || !("http".equals(server.getScheme()) || "https".equals(server.getScheme()))
                || server.getRawUserInfo() != null
                || server.getRawQuery() != null
                || server.getRawFragment() != null) {
            throw noAddress(server.toString());
        }
        token.filter(text -> !text.matches("[!-~]+")).ifPresent(text -> {
            throw new UsageException("the token has characters that cannot be sent; it is one line without spaces");
        });
        String text = server.toString();
        this.server = URI.create(text.endsWith("/") ? text : text + "/");
        this.token = token;
    }

    static UsageException noAddress(String text) {
        return new UsageException("'" + Shown.line(text)
                + "' is no address of a server; write it as http://127.0.0.1:8080, or https://host/path");
    }

    URI server() {
        return server;
    }

    /** @param held how long the server may hold its answer */
    Answer get(String path, Duration held) {
        return call(request(path).GET().timeout(ANSWER.plus(held)).build());
    }

    Answer delete(String path) {
        return call(request(path).DELETE().build());
    }

    Answer post(String path, Optional<String> json) {
        BodyPublisher body = json.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody);
        HttpRequest.Builder request = request(path).POST(body);
        return call((json.isPresent() ? request.header("Content-Type", "application/json") : request).build());
    }

    /** The content at {@code path}, which may lie elsewhere; to be closed by the caller. */
    InputStream open(String path) {
        HttpRequest request = request(path).setHeader("Accept", "*/*").GET().build();
        HttpResponse<InputStream> response = send(request);
        for (int i = 0; i < REDIRECTS && REDIRECT.contains(response.statusCode()); i++) {
            URI next = elsewhere(response);
            close(response);
            // Without the token: it is for this server alone.
            response = send(HttpRequest.newBuilder(next).timeout(ANSWER).GET().build());
        }
        if (response.statusCode() != 200) {
            throw refused(response, ServerJson.parse(text(response)));
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(ANSWER)
                .header("Accept", "application/json, application/problem+json");
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }

    private Answer call(HttpRequest request) {
        HttpResponse<InputStream> response = send(request);
        Optional<ServerJson> body = ServerJson.parse(text(response));
        if (body.isEmpty() || response.statusCode() / 100 != 2) {
            throw refused(response, body);
        }
        return new Answer(response.headers(), body.get());
    }

    private HttpResponse<InputStream> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException e) {
            throw new UnreachableException(request.uri() + " does not answer in time; try again", true, e);
        } catch (ConnectException e) {
            throw new UnreachableException(notThere(request.uri(), e), true, e);
        } catch (SSLException e) {
            throw new UnreachableException(notSecure(request.uri(), e), false, e);
        } catch (IOException e) {
            throw new UnreachableException(
                    "the connection to " + request.uri() + " broke off: " + reason(e) + "; try again", true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted while " + request.uri() + " was asked", false, e);
        }
    }

    private static String notThere(URI uri, ConnectException e) {
        String place = uri.getScheme() + "://" + uri.getRawAuthority();
        boolean unresolved = Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof UnresolvedAddressException);
        return unresolved
                ? "there is no host '" + uri.getHost() + "'; correct " + place
                : "no server answers at " + place
                        + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")")
                        + "; start one with 'armlib serve', or correct the address";
    }

    private static String notSecure(URI uri, SSLException e) {
        String place = uri.getRawAuthority();
        // The JDK has no type of its own for this.
        return reason(e).contains("plaintext connection") || reason(e).contains("unrecognized SSL message")
                ? "the server at " + place + " speaks plain http, no https; write http://" + place
                : "no secure connection to https://" + place + ": " + reason(e);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String text(HttpResponse<InputStream> response) {
        try (InputStream in = response.body()) {
            byte[] bytes = in.readNBytes(LARGEST_ANSWER + 1);
            if (bytes.length > LARGEST_ANSWER) {
                throw new UnreachableException(response.uri() + " answers more than " + LARGEST_ANSWER
                        + " bytes; that is no answer of the HTTP API");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UnreachableException(
                    "the answer of " + response.uri() + " broke off: " + reason(e) + "; try again", true, e);
        }
    }

    private static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UnreachableException("the answer of " + response.uri() + " broke off: " + reason(e), true, e);
        }
    }

    private URI elsewhere(HttpResponse<InputStream> response) {
        URI next = response.headers()
                .firstValue("Location")
                .map(response.uri()::resolve)
                .orElseThrow(() -> stranger(response));
        boolean leavesTls = "https".equals(response.uri().getScheme()) && !"https".equals(next.getScheme());
        if (next.getHost() == null
                || !("https".equals(next.getScheme()) || "http".equals(next.getScheme()))
                || leavesTls) {
            throw new UnreachableException(response.uri() + " sends on to " + Shown.line(next.toString())
                    + ", which is not followed; ask the server's administrator");
        }
        return next;
    }

    private RuntimeException refused(HttpResponse<InputStream> response, Optional<ServerJson> body) {
        Optional<String> detail = body.filter(problem -> problem.has("type") && problem.has("detail"))
                .map(problem -> problem.text("detail"));
        if (detail.isEmpty()) {
            return stranger(response);
        }
        ServerJson problem = body.orElseThrow();
        String said = Shown.line(detail.get());
        if (problem.text("type").equals(UNKNOWN_REQUEST)) {
            return problem.optionalText("key")
                    .<RuntimeException>map(key -> new UnknownRequestException(new RequestKey(key), said))
                    .orElseGet(() -> new UnreachableException(server + ": " + said));
        }
        boolean administration = response.uri().getRawPath().startsWith(server.getRawPath() + "admin/");
        if (problem.text("type").equals(NOT_FOUND) && administration) {
            return new NotPermittedException(
                    server + " has no administration: set server.admin-token in its app.conf, and give it here");
        }
        if (response.statusCode() == 401) {
            return new NotPermittedException(server + " "
                    + (token.isPresent() ? "does not accept the token" : "wants a token")
                    + "; give the one in its app.conf, with --token-file FILE or in the environment's "
                    + TargetOptions.TOKEN);
        }
        boolean later = response.statusCode() == 503 || response.statusCode() == 429;
        String retry = response.headers()
                .firstValue("Retry-After")
                .filter(seconds -> later && seconds.matches("[0-9]{1,6}"))
                .map(seconds -> "; try again in " + seconds + " s")
                .orElse("");
        return new UnreachableException(server + " refuses: " + said + retry, response.statusCode() == 503);
    }

    private UnreachableException stranger(HttpResponse<InputStream> response) {
        return new UnreachableException(response.uri() + " does not answer as an armlib server does (status "
                + response.statusCode() + ", "
                + Shown.line(response.headers().firstValue("Content-Type").orElse("no content type"))
                + "); is it the address of one?");
    }
}
