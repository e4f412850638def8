package org.armlib.jdbc.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every server does. */
abstract class DatabaseServerContract {
    private final Class<? extends DatabaseServer> type;

    DatabaseServerContract(Class<? extends DatabaseServer> type) {
        this.type = type;
    }

    abstract DatabaseServer shared();

    @Test
    void the_shared_server_is_one() {
        assertThat(shared()).isSameAs(shared()).isInstanceOf(type);
    }

    @Test
    void a_new_database_is_empty_and_takes_a_table_and_a_row() throws SQLException {
        String first = shared().newDatabase();
        String second = shared().newDatabase();
        try (Connection connection = connect(first);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY)");
            assertThat(statement.executeUpdate("INSERT INTO t VALUES (1)")).isEqualTo(1);
        }

        assertThat(tables(first)).containsExactly("t");
        assertThat(tables(second)).isEmpty();
        assertThat(ids(first)).containsExactly(1);
    }

    @Test
    void an_immediate_stop_breaks_connections_and_keeps_just_what_was_committed() throws SQLException {
        DatabaseServer server = shared();
        int port = server.port();
        String url = server.newDatabase();
        try (Connection committed = connect(url);
                Statement statement = committed.createStatement()) {
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY)");
            statement.execute("INSERT INTO t VALUES (1)");
        }
        try (Connection open = connect(url);
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (2)");

            server.stopImmediately();

            assertThatThrownBy(() -> statement.execute("INSERT INTO t VALUES (3)"))
                    .isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> connect(url).close()).isInstanceOf(SQLException.class);
        server.stopImmediately();

        server.startAgain();
        server.startAgain();

        assertThat(server.port()).isEqualTo(port);
        assertThat(ids(url)).containsExactly(1);
        assertThat(tables(server.newDatabase())).isEmpty();
    }

    @Test
    void the_end_of_the_jvm_stops_the_server_and_removes_its_folder(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path report = folder.resolve("report");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartAndEnd.class.getName(),
                        type.getSimpleName(),
                        report.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        try {
            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }

        assertThat(jvm.exitValue())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
        List<String> told = Files.readAllLines(report);
        assertThat(Path.of(told.get(0))).doesNotExist();
        assertThat(ProcessHandle.of(Long.parseLong(told.get(1)))).isEmpty();
    }

    static Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url);
    }

    private static List<String> tables(String url) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = connect(url);
                ResultSet tables = connection
                        .getMetaData()
                        .getTables(connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE"})) {
            while (tables.next()) {
                names.add(tables.getString("TABLE_NAME"));
            }
        }
        return names;
    }

    private static List<Integer> ids(String url) throws SQLException {
        List<Integer> ids = new ArrayList<>();
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM t ORDER BY id")) {
            while (rows.next()) {
                ids.add(rows.getInt(1));
            }
        }
        return ids;
    }
}
