package org.armlib.benchmarks.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.benchmarks.BenchmarkFailure;
import org.armlib.benchmarks.Report;
import org.armlib.bootstrap.Armlib;

/** The same request from many callers at once, and how often the API behind is called for it. */
final class SameSubmissions {
    private static final int CALLERS = 1_000;
    private static final int PATIENCE = 30;

    private final Report report;

    SameSubmissions(Report report) {
        this.report = report;
    }

    void measure(Path folder) {
        AtomicInteger calls = new AtomicInteger();
        HttpServer upstream = upstream(calls);
        try {
            String conf =
                    """
                    queue.adapter = memory
                    cache { adapter = file, directory = "%s" }
                    processor { adapter = gateway, upstream = "http://127.0.0.1:%d" }
                    server.port = 0
                    """.formatted(folder.resolve("same"), upstream.getAddress().getPort());
            try (Armlib armlib = Armlib.builder().appConf(conf).serve().start()) {
                URI api = armlib.address().orElseThrow();
                long accepted = submitted(api);
                long delivered = delivered(api);
                report.figure("http.same.accepted", accepted);
                report.figure("http.same.delivered", delivered);
                report.figure("http.same.upstream.calls", calls.get());
            }
        } finally {
            upstream.stop(0);
        }
    }

    private static long submitted(URI api) {
        String body = "{\"requestUri\":\"/report\",\"parameters\":{\"year\":[\"2024\"]}}";
        String call = "POST /requests HTTP/1.1\r\nHost: measured\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
        return ok(api, call);
    }

    private static long delivered(URI api) {
        return ok(api, "GET /batch/report?year=2024 HTTP/1.1\r\nHost: measured\r\nPrefer: wait=30\r\n\r\n");
    }

    private static long ok(URI api, String call) {
        try (Crowd crowd = Crowd.of(api, CALLERS)) {
            crowd.ask(call);
            List<Crowd.Answer> answers = crowd.answers(PATIENCE);
            return answers.stream().filter(Crowd.Answer::isOk).count();
        }
    }

    private static HttpServer upstream(AtomicInteger calls) {
        try {
            HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            upstream.createContext("/", exchange -> {
                calls.incrementAndGet();
                try {
                    TimeUnit.MILLISECONDS.sleep(500);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                byte[] bytes = "year,rain\n2024,1\n".getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/csv");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            upstream.start();
            return upstream;
        } catch (IOException e) {
            throw new BenchmarkFailure("start an API to stand behind", e);
        }
    }
}
