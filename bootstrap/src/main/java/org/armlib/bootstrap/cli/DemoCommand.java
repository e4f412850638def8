package org.armlib.bootstrap.cli;

import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.armlib.bootstrap.Armlib;
import org.armlib.bootstrap.demo.SampleApi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: everything on this machine, from the sample API to the results. */
@Command(
        name = "demo",
        description = {
            "Show it all on this machine: starts a sample API in this process and runs 200 requests against it.",
            "A second run answers from the cache; delete the folder to begin anew."
        })
final class DemoCommand implements Callable<Integer> {
    private static final String REQUESTS = "requests.txt";

    /** Written as in app.conf. */
    enum Queue {
        memory,
        jdbc
    }

    private final Main main;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where requests, app.conf and results are put (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("armlib-demo");

    @Option(
            names = "--threads",
            paramLabel = "N",
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

    DemoCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path requests = written();
        try (SampleApi api = SampleApi.start(SampleApi.DEFAULT_DELAY)) {
            Path conf = directory.resolve("app.conf");
            Files.writeString(conf, configuration(api));
            main.printer()
                    .error("sample API at " + api.uri() + ", configured by " + conf + ", requests in " + requests);
            int status = new FileRunner(main.printer(), json)
                    .run(RequestsFile.read(requests), Armlib.builder().appConf(conf));
            if (!json) {
                main.printer()
                        .line(
                                "Some of the requests are wrong on purpose, hence exit status 1. Run it again: the rest is"
                                        + " answered from the cache.");
            }
            return status;
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

    private String configuration(SampleApi api) {
        return """
                # Written anew by each run of the demo: the sample API has another port each time.
                queue { %s, backoff-initial = 100ms, visibility-timeout = 5s }
                cache { adapter = file, directory = %s }
                processor { adapter = gateway, upstream = "%s" }
                worker { threads = %d }
                """.formatted(queueSettings(), quoted(absolute("cache")), api.uri(), threads);
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

    private static String quoted(String text) {
        return ConfigValueFactory.fromAnyRef(text).render();
    }
}
