package org.armlib.aws.dynamodb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DynamoDbLocalTest {
    @Test
    void it_answers_in_the_language_of_the_service_until_it_is_closed() throws Exception {
        DynamoDbLocal server = DynamoDbLocal.start();
        try (server) {
            HttpRequest request = HttpRequest.newBuilder(server.endpoint())
                    .header("X-Amz-Target", "DynamoDB_20120810.ListTables")
                    .header("Content-Type", "application/x-amz-json-1.0")
                    .header(
                            "Authorization",
                            "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request,"
                                    + " SignedHeaders=host, Signature=0")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("TableNames");
        }
        assertThat(listens(InetAddress.getLoopbackAddress(), server.endpoint())).isFalse();
    }

    @Test
    void it_listens_on_the_loopback_interface_alone() throws Exception {
        try (DynamoDbLocal server = DynamoDbLocal.start()) {
            assertThat(listens(InetAddress.getLoopbackAddress(), server.endpoint()))
                    .isTrue();
            List<InetAddress> others = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress())
                    .toList();
            assertThat(others)
                    .allSatisfy(address ->
                            assertThat(listens(address, server.endpoint())).isFalse());
        }
    }

    @Test
    void it_ends_with_its_parent_however_that_ends(@TempDir Path folder) throws Exception {
        Path report = folder.resolve("report");
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartAndStay.class.getName(),
                        report.toString())
                .inheritIO()
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(report) || !parent.isAlive());
        long child = Long.parseLong(Files.readString(report));
        assertThat(ProcessHandle.of(child)).isPresent();

        parent.destroyForcibly();

        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    private static boolean listens(InetAddress address, URI endpoint) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, endpoint.getPort()), 2000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
