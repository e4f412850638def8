package org.armlib.benchmarks.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.armlib.benchmarks.BenchmarkFailure;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;

/** Many calls that wait for a request to end, and how late the last of them learns of it. */
final class LongPolls {
    private static final int CLIENTS = 10_000;
    private static final int ROUNDS = 3;
    private static final int PATIENCE = 50;

    private final Report report;

    LongPolls(Report report) {
        this.report = report;
    }

    /** In a server that may use 512 MB of heap. */
    void measure(Path folder) throws InterruptedException {
        try (ServerProcess server = ServerProcess.start(folder, "memory", "-Xmx512m")) {
            measure(server, "one", 1);
            measure(server, "hundred", 100);
            measure(server, "each", CLIENTS);
            report.figure("http.waiting.rss.mb", server.peakMegabytes());
        }
    }

    private void measure(ServerProcess server, String name, int keys) throws InterruptedException {
        Rounds rounds = new Rounds();
        for (int round = 0; round < ROUNDS; round++) {
            List<Crowd.Answer> answers = answers(server, name + "-" + round + "-", keys);
            long answered = answers.stream()
                    .filter(answer -> answer.isOk() && answer.text().contains("\"status\":\"Completed\""))
                    .count();
            double slowest =
                    answers.stream().mapToLong(Crowd.Answer::nanos).max().orElse(0)
                            / (double) TimeUnit.MILLISECONDS.toNanos(1);
            report.progress(CLIENTS + " wait for " + keys + ": " + answered + " answered, the last after "
                    + Math.round(slowest) + " ms");
            rounds.add("answered", (double) answered);
            rounds.add("slowest", slowest);
        }
        report.figure("http.waiting." + name + ".answered", Math.round(rounds.median("answered")));
        report.figure("http.waiting." + name + ".slowest.ms", Math.round(rounds.median("slowest")));
    }

    private static List<Crowd.Answer> answers(ServerProcess server, String prefix, int keys)
            throws InterruptedException {
        for (int i = 0; i < keys; i++) {
            server.order("submit " + prefix + i);
        }
        server.order("lease " + keys);
        try (Crowd crowd = new Crowd(server.api(), CLIENTS)) {
            for (int i = 0; i < CLIENTS; i++) {
                crowd.join("GET /requests/" + prefix + i % keys + "?wait=60 HTTP/1.1\r\nHost: measured\r\n\r\n");
            }
            awaitWaiters(server.api());
            CompletableFuture<Void> finished = CompletableFuture.runAsync(() -> server.order("finish"));
            List<Crowd.Answer> answers = crowd.answers(PATIENCE);
            finished.join();
            return answers;
        }
    }

    /** Until all wait, and have waited for so long that their request is looked at as seldom as it ever is. */
    private static void awaitWaiters(URI server) throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest metrics = HttpRequest.newBuilder(server.resolve("metrics")).build();
        String wanted = "armlib_waiting_calls{armlib_instance=\"1\"} " + CLIENTS + ".0";
        long begin = System.nanoTime();
        try {
            while (!client.send(metrics, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains(wanted)) {
                if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(PATIENCE)) {
                    throw new BenchmarkFailure("not all calls wait after " + PATIENCE + " seconds");
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (IOException e) {
            throw new BenchmarkFailure("ask how many calls wait", e);
        }
        TimeUnit.SECONDS.sleep(3);
    }
}
