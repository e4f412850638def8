package org.armlib.jdbc.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresServerTest extends DatabaseServerContract {
    PostgresServerTest() {
        super(PostgresServer.class);
    }

    @Override
    DatabaseServer shared() {
        return PostgresServer.shared();
    }

    @Test
    void settings_hold_over_a_restart_and_all_else_is_the_default() throws SQLException {
        PostgresServer server = PostgresServer.start(Map.of("work_mem", "5MB"));
        String url = server.url();
        try (server) {
            server.stopImmediately();
            server.startAgain();

            assertThat(setting(url, "work_mem")).isEqualTo("5MB");
            assertThat(setting(url, "fsync")).isEqualTo("on");
            assertThat(setting(url, "synchronous_commit")).isEqualTo("on");
        }

        assertThat(server.folder()).doesNotExist();
        assertThatThrownBy(server::startAgain)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(() -> connect(url).close()).isInstanceOf(SQLException.class);
    }

    @Test
    void a_server_that_does_not_start_says_why_and_may_be_started_once_mended() throws IOException {
        Path version = shared().folder().resolve("data/PG_VERSION");
        Path aside = version.resolveSibling("aside");
        shared().stopImmediately();
        Files.move(version, aside);

        assertThatThrownBy(shared()::startAgain)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("ended while it started")
                .hasMessageContaining("is not a valid data directory");

        Files.move(aside, version);
        shared().startAgain();
        assertThat(shared().newDatabase()).startsWith("jdbc:postgresql://127.0.0.1:" + shared().port() + "/");
    }

    private static String setting(String url, String name) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + name)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
