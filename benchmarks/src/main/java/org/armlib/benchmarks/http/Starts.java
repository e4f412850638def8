package org.armlib.benchmarks.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.armlib.benchmarks.BenchmarkFailure;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;

/** The distribution: how large it is, and how long {@code armlib serve} takes from its start until it is ready. */
final class Starts {
    private static final int ROUNDS = 5;
    private static final double MEGABYTE = 1_000_000;
    private static final String LISTENING = "listening on ";

    private final Report report;

    Starts(Report report) {
        this.report = report;
    }

    void measure(Path root, Path folder) throws InterruptedException {
        Path archive = archive(root.resolve("bootstrap").resolve("target"));
        try {
            Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
            run("tar", "-xzf", archive.toString(), "-C", unpacked.toString(), "--strip-components=1");
            Path conf = Files.writeString(folder.resolve("app.conf"), """
                    queue.adapter = memory
                    cache { adapter = file, directory = "%s" }
                    processor { adapter = gateway, upstream = "http://127.0.0.1:9" }
                    server.port = 0
                    """.formatted(folder.resolve("started")));
            Rounds rounds = new Rounds();
            for (int i = 0; i < ROUNDS; i++) {
                start(unpacked.resolve("armlib"), conf, rounds);
            }
            report.figure("http.serve.ready.seconds", rounds.median("seconds"));
            report.figure("http.serve.ready.cpu.seconds", rounds.median("cpu"));
            report.figure("http.serve.rss.mb", rounds.median("megabytes"));
            report.figure("http.distribution.mb", Files.size(archive) / MEGABYTE);
            report.figure("http.distribution.withoutaws.mb", sizeWithoutAws(unpacked) / MEGABYTE);
        } catch (IOException e) {
            throw new BenchmarkFailure("start the distribution " + archive, e);
        }
    }

    private void start(Path launcher, Path conf, Rounds rounds) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(launcher.toString(), "serve", "--config", conf.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            while (line != null && !line.startsWith(LISTENING)) {
                line = said.readLine();
            }
            if (line == null) {
                throw new BenchmarkFailure("armlib serve ended before it listened");
            }
            URI ready = URI.create(line.substring(LISTENING.length())).resolve("health/ready");
            int status = client.send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            double seconds = (double) (System.nanoTime() - begin) / TimeUnit.SECONDS.toNanos(1);
            if (status != 200) {
                throw new BenchmarkFailure("a server that listens is not ready, but answers " + status);
            }
            double cpu = ServerProcess.cpuSeconds(process.pid());
            double megabytes = ServerProcess.megabytes(process.pid(), "VmRSS:");
            report.progress("ready in " + seconds + " s, " + cpu + " s of processors, with " + megabytes + " MB");
            rounds.add("seconds", seconds);
            rounds.add("cpu", cpu);
            rounds.add("megabytes", megabytes);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static Path archive(Path target) {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow(() -> new BenchmarkFailure("there is no distribution in " + target));
        } catch (IOException e) {
            throw new BenchmarkFailure("look for the distribution", e);
        }
    }

    /** What is left when the adapters for AWS and all that only they need are taken out. */
    private static long sizeWithoutAws(Path unpacked) throws IOException, InterruptedException {
        Path smaller = unpacked.resolveSibling("smaller.tar.gz");
        List<String> command = new ArrayList<>(List.of("tar", "-czf", smaller.toString(), "-C", unpacked.toString()));
        try (Stream<Path> jars = Files.list(unpacked.resolve("lib"))) {
            jars.map(jar -> String.valueOf(jar.getFileName()))
                    .filter(Starts::isForAws)
                    .forEach(name -> command.add("--exclude=./lib/" + name));
        }
        command.add(".");
        run(command.toArray(String[]::new));
        return Files.size(smaller);
    }

    /** By where it comes from, which the class path of this program tells. */
    private static boolean isForAws(String jar) {
        return jar.matches("(armlib-(adapters-)?aws-|httpclient5-|httpcore5-|reactive-streams-).*")
                || Arrays.stream(System.getProperty("java.class.path").split(":", -1))
                        .anyMatch(path -> path.contains("/software/amazon/") && path.endsWith("/" + jar));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream said = process.getInputStream()) {
            String text = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchmarkFailure(String.join(" ", command) + ": " + text);
            }
        }
    }
}
