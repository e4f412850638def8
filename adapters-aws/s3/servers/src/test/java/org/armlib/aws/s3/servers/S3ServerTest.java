package org.armlib.aws.s3.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Servers that serve until they are closed. */
class S3ServerTest {
    @Test
    void s3proxy_serves_from_memory_those_who_sign() throws IOException, InterruptedException {
        assertServes(S3Server::startProxy, 403);
    }

    @Test
    void s3proxy_serves_from_files_those_who_sign() throws IOException, InterruptedException {
        assertServes(S3Server::startProxyOnDisk, 403);
    }

    @Test
    void s3mock_serves_everybody() throws IOException, InterruptedException {
        assertServes(S3Server::startMock, 200);
    }

    private static void assertServes(Supplier<S3Server> start, int status) throws IOException, InterruptedException {
        URI endpoint;
        try (S3Server server = start.get()) {
            endpoint = server.endpoint();
            assertThat(endpoint.getHost()).isEqualTo("127.0.0.1");
            assertThat(get(endpoint).statusCode()).isEqualTo(status);
        }
        assertThatThrownBy(() -> get(endpoint)).isInstanceOf(ConnectException.class);
    }

    private static HttpResponse<String> get(URI endpoint) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(endpoint).build(), HttpResponse.BodyHandlers.ofString());
    }
}
