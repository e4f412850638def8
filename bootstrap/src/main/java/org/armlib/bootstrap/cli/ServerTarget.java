package org.armlib.bootstrap.cli;

import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.armlib.bootstrap.cli.ServerCalls.Answer;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Phase;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Cleared;
import org.armlib.ports.Page;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.Submitted;

/** A running server, asked over its HTTP API. */
final class ServerTarget implements Target {
    private final ServerCalls calls;
    private final boolean hasToken;

    private ServerTarget(ServerCalls calls, boolean hasToken) {
        this.calls = calls;
        this.hasToken = hasToken;
    }

    /** The server at an address, asked with a token where there is one; nothing is sent yet. */
    static ServerTarget at(URI server, Optional<String> token) {
        return new ServerTarget(new ServerCalls(server, token), token.isPresent());
    }

    @Override
    public Taken submit(BatchRequest request) {
        return taken(calls.post("requests", Optional.of(ServerForms.submission(request))));
    }

    @Override
    public Taken resubmit(RequestKey key) {
        return taken(calls.post("requests/" + key + "/resubmit", Optional.empty()));
    }

    @Override
    public RequestView status(RequestKey key, Duration wait) {
        // The API counts in seconds.
        String query = wait.toSeconds() == 0 ? "" : "?wait=" + wait.toSeconds();
        return view(calls.get("requests/" + key + query, wait));
    }

    @Override
    public RequestView cancel(RequestKey key) {
        return view(calls.delete("requests/" + key));
    }

    @Override
    public Page<RequestView> list(Phase phase, Optional<String> cursor, int limit) {
        String query = "?status=" + phase.label() + "&limit=" + limit + cursor(cursor);
        ServerJson page = calls.get("requests" + query, Duration.ZERO).body();
        return new Page<>(
                page.objects("items").stream()
                        .map(item -> ServerForms.view(item, calls.server()))
                        .toList(),
                page.optionalText("next"));
    }

    @Override
    public InputStream open(RequestView request, RequestView.Result result) {
        return calls.open("results/" + request.key() + "." + result.name());
    }

    @Override
    public Optional<QueueOverview> overview() {
        if (!hasToken) {
            return Optional.empty();
        }
        try {
            return Optional.of(ServerForms.overview(
                    calls.get("admin/status", Duration.ZERO).body()));
        } catch (NotPermittedException e) {
            // A token may be good for submitting alone.
            return Optional.empty();
        }
    }

    @Override
    public void suspend() {
        calls.post("admin/suspend", Optional.empty());
    }

    @Override
    public void resume() {
        calls.post("admin/resume", Optional.empty());
    }

    @Override
    public Cleared purge(Purge purge) {
        String call = switch (purge) {
            case ROUTINE -> "admin/clear-cache";
            case REBUILD -> "admin/rebuilt";
        };
        ServerJson cleared = calls.post(call, Optional.empty()).body();
        return new Cleared(cleared.number("items"), cleared.number("bytes"));
    }

    @Override
    public long prune(Optional<Duration> age) {
        String query = age.map(time -> "?age=" + time).orElse("");
        return calls.post("admin/prune" + query, Optional.empty()).body().number("forgotten");
    }

    @Override
    public Page<ResultView> results(CachePolicy area, Optional<String> cursor, int limit) {
        boolean sticky = area == CachePolicy.STICKY;
        String query = "?area=" + area.area() + "&limit=" + limit + cursor(cursor);
        ServerJson page = calls.get("admin/cache" + query, Duration.ZERO).body();
        return new Page<>(
                page.objects("items").stream()
                        .map(item -> ServerForms.result(item, sticky))
                        .toList(),
                page.optionalText("next"));
    }

    @Override
    public Consumer<RequestKey> verifier() {
        throw new UsageException(
                "the cache is read directly for this, which no server hands out; run it with the app.conf of "
                        + calls.server() + ": --config FILE");
    }

    @Override
    public void close() {
        // The client's threads end by themselves.
    }

    private static String cursor(Optional<String> cursor) {
        return cursor.map(place -> "&cursor=" + URLEncoder.encode(place, StandardCharsets.UTF_8))
                .orElse("");
    }

    private RequestView view(Answer answer) {
        return ServerForms.view(answer.body(), calls.server());
    }

    private Taken taken(Answer answer) {
        String cacheStatus = answer.header("Cache-Status").orElse("");
        Submitted.How how = cacheStatus.contains("collapsed")
                ? Submitted.How.JOINED
                : cacheStatus.contains("hit") ? Submitted.How.CACHED : Submitted.How.QUEUED;
        return new Taken(how, view(answer));
    }
}
