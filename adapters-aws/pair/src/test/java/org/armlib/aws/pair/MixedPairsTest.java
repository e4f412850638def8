package org.armlib.aws.pair;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.armlib.aws.dynamodb.server.DynamoDbLocal;
import org.armlib.aws.s3.servers.S3Server;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.FormatName;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.Job;
import org.armlib.ports.RequestManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** By app.conf, the queue in DynamoDB and the cache in S3 go together with each other and with other adapters. */
class MixedPairsTest {
    private static final BatchRequest REQUEST =
            BatchRequest.parse("/report?year=2024").sticky().build();

    private static DynamoDbLocal dynamodb;
    private static S3Server s3;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void startServers() {
        dynamodb = DynamoDbLocal.start();
        s3 = S3Server.startProxy();
    }

    @AfterAll
    static void stopServers() {
        dynamodb.close();
        s3.close();
    }

    @TestFactory
    Stream<DynamicTest> a_request_is_run_and_its_result_read() {
        Map<String, String> queues = Map.of(
                "dynamodb", "queue { adapter = dynamodb, endpoint = \"%s\", table-prefix = %s }",
                "jdbc", "queue { adapter = jdbc, url = \"jdbc:h2:mem:%2$s\" }");
        Map<String, String> caches = Map.of(
                "s3", "cache { adapter = s3, endpoint = \"%s\", bucket = %s, create-bucket = true, path-style = true }",
                "file", "cache { adapter = file, directory = \"%2$s\" }");
        return Stream.of("dynamodb + s3", "jdbc + s3", "dynamodb + file")
                .map(pair -> DynamicTest.dynamicTest(pair, () -> {
                    String[] adapters = pair.split(" \\+ ", -1);
                    String name = "pair-" + adapters[0] + "-" + adapters[1];
                    run(String.format(queues.get(adapters[0]), dynamodb.endpoint(), name) + "\n"
                            + String.format(
                                    caches.get(adapters[1]),
                                    s3.endpoint(),
                                    adapters[1].equals("file") ? folder.resolve(name) : name));
                }));
    }

    private static void run(String appConf) throws IOException {
        try (Armlib armlib = Armlib.builder()
                .appConf(appConf)
                .processor(MixedPairsTest::report)
                .start()) {
            RequestManager requests = armlib.requestManager();
            requests.submit(REQUEST);
            await().until(() -> requests.status(REQUEST.key()).status() == BatchStatus.Status.COMPLETED);
            try (InputStream in = requests.result(REQUEST.key())
                    .orElseThrow()
                    .open(new FormatName("csv"))
                    .orElseThrow()) {
                assertThat(in).hasContent("year=2024");
            }
        }
    }

    private static void report(Job job) throws IOException {
        try (OutputStream csv = job.format("csv", "text/csv")) {
            csv.write(job.request().parameters().toQuery().getBytes(UTF_8));
        }
    }
}
