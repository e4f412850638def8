package org.armlib.bootstrap.cli;

import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.armlib.bootstrap.Armlib;
import org.armlib.bootstrap.demo.SampleApi;
import org.armlib.domain.ArmlibException;
import org.armlib.ports.BatchStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code demo}: everything on this machine, from the sample API to the results. */
@Command(
        name = "demo",
        description = {
            "Show it all on this machine: starts a sample API and a server with its console in this process, and runs"
                    + " 215 requests against them.",
            "Some of the requests are wrong on purpose: exit status 0 if these fail and all others are completed.",
            "In a terminal it goes on then, until Ctrl-C, so that the console can be looked at.",
            "A second run answers from the cache; delete the folder to begin anew."
        })
final class DemoCommand implements Callable<Integer> {
    private static final String REQUESTS = "requests.txt";
    private static final int USUAL_PORT = 8080;

    /** Written as in app.conf. */
    enum Queue {
        memory,
        jdbc
    }

    private final Main main;
    private final String token = token();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where requests, app.conf and results are put (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("armlib-demo");

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = WholeNumber.Threads.class,
            description = "How many requests run at a time (default: ${DEFAULT-VALUE}).")
    private int threads = 4;

    @Option(
            names = "--queue",
            paramLabel = "QUEUE",
            description = {
                "Where requests wait: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
                "With jdbc they are in an H2 file in the folder: kill the demo midway, start it again, and it goes on."
            })
    private Queue queue = Queue.memory;

    @Option(names = "--json", description = "Print one JSON object a line for each different request.")
    private boolean json;

    @Option(
            names = "--stay",
            negatable = true,
            description = "Go on after the run, until Ctrl-C, or do not (default: where this is a terminal).")
    private @Nullable Boolean stay;

    DemoCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path requests = written();
        List<RequestsFile.Line> lines = RequestsFile.read(requests);
        long begun = System.nanoTime();
        try (Interruption interruption = Interruption.begin();
                SampleApi api = SampleApi.start(SampleApi.DEFAULT_DELAY)) {
            Path conf = directory.resolve("app.conf");
            try (Armlib armlib = serving(conf, api)) {
                introduce(armlib.address().orElseThrow());
                main.printer()
                        .error("sample API at " + api.uri() + ", configured by " + conf + ", requests in " + requests);
                int status = new FileRunner(
                                main.printer(), json, outcome -> isAsTheApiAnswers(api, outcome), FileRunner.MAX_HOLD)
                        .run(lines, armlib, begun, interruption.told());
                conclude(armlib.address().orElseThrow(), status, interruption.told());
                return status;
            }
        }
    }

    private void introduce(URI console) {
        tell("console at " + console + ", its admin token is " + token);
        if (console.getPort() != USUAL_PORT) {
            main.printer().error("port " + USUAL_PORT + " is taken, so the console has another");
        }
    }

    private static boolean isAsTheApiAnswers(SampleApi api, BatchRun.Outcome outcome) {
        BatchStatus.Status wanted =
                api.isRefused(URI.create(outcome.written())) ? BatchStatus.Status.FAILED : BatchStatus.Status.COMPLETED;
        return outcome.status().status() == wanted;
    }

    /** Says how the run ended, and stays if it is to. */
    private void conclude(URI console, int status, CountDownLatch interrupted) throws InterruptedException {
        boolean isInterrupted = interrupted.getCount() == 0;
        if (!json && !isInterrupted) {
            main.printer()
                    .line(
                            status == ExitCode.OK
                                    ? "Those that failed are wrong on purpose. Run it again: the rest is answered from the"
                                            + " cache."
                                    : "Not every request ended as the sample API answers it, hence exit status 1.");
        }
        if (!isInterrupted && (stay == null ? Printer.isInteractive() : stay)) {
            tell("The server goes on: look at the console, " + console
                    + ", and submit requests there. Ctrl-C ends it.");
            interrupted.await();
            main.printer().error("stopping");
        }
    }

    /** Beside what programs read, where they do. */
    private void tell(String text) {
        if (json) {
            main.printer().error(text);
        } else {
            main.printer().line(text);
        }
    }

    /** On the usual port, or where that is taken on any. */
    private Armlib serving(Path conf, SampleApi api) throws IOException {
        if (isUsualPortFree()) {
            try {
                return serving(conf, api, USUAL_PORT);
            } catch (ArmlibException e) {
                if (isUsualPortFree()) {
                    throw e;
                }
                // Another demo took it in the meantime.
                main.printer().error(String.valueOf(e.getMessage()));
            }
        }
        return serving(conf, api, 0);
    }

    private Armlib serving(Path conf, SampleApi api, int port) throws IOException {
        Files.writeString(conf, configuration(api, port));
        return Armlib.builder().appConf(conf).serve().start();
    }

    private static boolean isUsualPortFree() {
        try (ServerSocket socket = new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            // The one thing that is asked is whether this works.
            return false;
        }
    }

    /** Puts the requests into the folder, where the user may change them, unless they are there. */
    private Path written() throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UsageException("the demo's folder cannot be made (" + e + "); name another with --directory");
        }
        Path requests = directory.resolve(REQUESTS);
        if (!Files.exists(requests)) {
            try (InputStream in = SampleApi.class.getResourceAsStream(REQUESTS)) {
                if (in == null) {
                    throw new UsageException(REQUESTS + " is missing in armlib's own jar; build it again");
                }
                Files.copy(in, requests);
            }
        }
        return requests;
    }

    private String configuration(SampleApi api, int port) {
        return """
                # Written anew by each run of the demo: the sample API has another port each time, the console another token.
                queue { %s, backoff-initial = 100ms, visibility-timeout = 5s }
                cache { adapter = file, directory = %s }
                processor { adapter = gateway, upstream = "%s" }
                worker { threads = %d }
                server { adapter = http, port = %d, admin-token = "%s" }
                """.formatted(queueSettings(), quoted(absolute("cache")), api.uri(), threads, port, token);
    }

    private String queueSettings() {
        return switch (queue) {
            case memory -> "adapter = memory";
            case jdbc -> "adapter = jdbc, url = " + quoted("jdbc:h2:" + absolute("queue"));
        };
    }

    private String absolute(String name) {
        return directory.resolve(name).toAbsolutePath().toString();
    }

    private static String token() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String quoted(String text) {
        return ConfigValueFactory.fromAnyRef(text).render();
    }
}
