package org.armlib.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Stage;
import com.google.inject.name.Names;
import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.servers.PostgresServer;
import org.armlib.jdbc.servers.TcpProxy;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue that cannot be opened says why, in the words of the driver, and whether it is worth another try. */
class JdbcQueueOpeningTest {
    @TempDir
    Path directory;

    private static String stackTrace(Throwable problem) {
        StringWriter text = new StringWriter();
        problem.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static QueueException refusal(JdbcAccess access) {
        QueueException refusal = catchThrowableOfType(
                QueueException.class,
                () -> JdbcQueueManager.open(access, JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT)
                        .close());
        assertThat(refusal).isNotNull();
        assertThat(refusal.getMessage()).doesNotContain("\n", "Connection is not available", "secret");
        return refusal;
    }

    @Test
    void a_folder_that_cannot_be_made_is_named_in_one_line_and_nothing_is_printed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, UTF_8));
        QueueException refusal;
        try {
            refusal = refusal(JdbcAccess.to("jdbc:h2:" + file.resolve("folder/queue")));
        } finally {
            System.setErr(before);
        }

        assertThat(refusal)
                .hasMessageContaining("cannot open the queue in jdbc:h2:" + file.resolve("folder/queue"))
                .hasMessageContaining("a folder that is there or can be made");
        assertThat(refusal.retryable()).isFalse();
        assertThat(printed.toString(UTF_8)).doesNotContain("at org.h2");
    }

    @Test
    void a_wrong_password_is_said_and_not_worth_another_try() {
        String url = "jdbc:h2:" + directory.resolve("queue");
        JdbcQueueManager.open(JdbcAccess.to(url, "armlib", "right"), JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT)
                .close();

        QueueException refusal = refusal(JdbcAccess.to(url, "armlib", "secret"));

        assertThat(refusal)
                .hasMessageContaining("Wrong user name or password")
                .hasMessageContaining("28000")
                .hasMessageContaining("correct the user or the password");
        assertThat(refusal.retryable()).isFalse();
    }

    @Test
    void a_damaged_file_is_said_and_not_worth_another_try() throws IOException {
        Path file = directory.resolve("queue.mv.db");
        Files.writeString(file, "no database".repeat(2_000));

        QueueException refusal = refusal(JdbcAccess.to("jdbc:h2:" + directory.resolve("queue")));

        assertThat(refusal)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("corrupt")
                .hasMessageContaining("put a backup of it in its place");
        assertThat(refusal.retryable()).isFalse();
    }

    @Test
    void a_url_that_is_none_is_said_and_not_worth_another_try() {
        for (String url : new String[] {
            "jdbc:h2:relative;PASSWORD=my \"secret",
            "jdbc:h2:" + directory.resolve("queue") + ";NONSENSE=1",
            "jdbc:postgresql://host:port/queue",
            "jdbc:mysql://host/queue"
        }) {
            QueueException refusal = refusal(JdbcAccess.to(url));

            assertThat(refusal).as(url).hasMessageContaining("correct");
            assertThat(refusal.retryable()).as(url).isFalse();
        }
    }

    @Test
    void the_rest_of_a_message_stays_when_a_password_is_masked() {
        for (String password : new String[] {"my \"secret", "secret", "a\\;secret"}) {
            QueueException refusal = refusal(JdbcAccess.to("jdbc:h2:relative;PASSWORD=" + password + ";MODE=REGULAR"));

            assertThat(refusal)
                    .hasMessageContaining("\"jdbc:h2:relative;PASSWORD=******;MODE=REGULAR")
                    .hasMessageContaining("Use an absolute path");
            assertThat(stackTrace(refusal)).doesNotContain("secret");
        }
    }

    @Test
    void a_server_that_is_not_there_is_worth_another_try() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        QueueException refusal = refusal(JdbcAccess.to("jdbc:postgresql://127.0.0.1:" + port + "/queue"));

        assertThat(refusal)
                .hasMessageContaining("127.0.0.1:" + port + " refused")
                .hasMessageContaining("see that the server is up");
        assertThat(refusal.retryable()).isTrue();
    }

    @Test
    void a_user_and_a_database_that_the_server_does_not_know_are_not_worth_another_try() {
        String url = PostgresServer.shared().url();

        QueueException noUser = refusal(JdbcAccess.to(url.replaceFirst("\\?.*", "?user=nobody&password=secret")));
        QueueException noDatabase = refusal(JdbcAccess.to(url.replaceFirst("/[^/?]+(\\?|$)", "/nothing$1")));

        assertThat(noUser).hasMessageContaining("nobody").hasMessageContaining("correct the user");
        assertThat(noUser.retryable()).isFalse();
        assertThat(noDatabase).hasMessageContaining("nothing").hasMessageContaining("create that database");
        assertThat(noDatabase.retryable()).isFalse();
    }

    @Test
    void connections_that_are_cut_while_the_queue_opens_are_said_to_be_worth_another_try() {
        PostgresServer server = PostgresServer.shared();
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", server.port())) {
            JdbcAccess access = JdbcAccess.to(proxy.through(server.url()));
            JdbcQueueSettings settings = JdbcQueueSettings.DEFAULT.withTablePrefix("cut_");
            for (long bytes = 256; bytes <= 4_096; bytes += 256) {
                proxy.letPass();
                // The first connection shows that the server is there; the second is the pool's.
                proxy.cutNextAfter(Long.MAX_VALUE);
                proxy.cutNextAfter(bytes);
                Throwable refusal = catchThrowable(() -> JdbcQueueManager.open(access, settings, RetryPolicy.DEFAULT)
                        .close());
                if (refusal != null) {
                    assertThat(refusal)
                            .as("cut after %s bytes", bytes)
                            .isInstanceOfSatisfying(
                                    QueueException.class,
                                    e -> assertThat(e.retryable()).isTrue());
                }
            }
        }
    }

    @Test
    void however_many_depend_on_the_queue_it_is_tried_once() {
        CountedSource source = new CountedSource();
        source.setInitializationFailTimeout(-1);
        source.setConnectionTimeout(250);
        source.setJdbcUrl("jdbc:h2:" + directory.resolve("none") + ";IFEXISTS=TRUE");

        assertThatThrownBy(() -> Guice.createInjector(
                        Stage.PRODUCTION, new JdbcQueueModule(source, JdbcQueueSettings.DEFAULT), binder -> {
                            binder.bind(RetryPolicy.class).toInstance(RetryPolicy.DEFAULT);
                            binder.bind(Dependent.class)
                                    .annotatedWith(Names.named("a"))
                                    .to(Dependent.class)
                                    .asEagerSingleton();
                            binder.bind(Dependent.class)
                                    .annotatedWith(Names.named("b"))
                                    .to(Dependent.class)
                                    .asEagerSingleton();
                        }))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("create that database");

        source.close();
        assertThat(source.asked).hasValue(1);
    }

    @Test
    void a_pool_of_one_is_refused_with_the_number_that_is_needed() {
        try (HikariDataSource one = new HikariDataSource()) {
            one.setConnectionTimeout(250);
            one.setMaximumPoolSize(1);
            one.setJdbcUrl("jdbc:h2:" + directory.resolve("one"));

            assertThatThrownBy(() -> new JdbcQueueManager(one, JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT))
                    .isInstanceOf(QueueException.class)
                    .hasMessageContaining("no second one")
                    .hasMessageContaining("raise the maximum size of the pool: 2")
                    .hasMessageNotContaining("right");
        }
    }

    /** In a war the class loader of {@link DriverManager} does not see the driver, and its time-out is the container's. */
    @Test
    void the_driver_is_loaded_by_name_and_the_login_timeout_of_the_jvm_stays() throws Exception {
        int timeout = DriverManager.getLoginTimeout();
        List<Driver> registered = Collections.list(DriverManager.getDrivers());
        try {
            for (Driver driver : registered) {
                DriverManager.deregisterDriver(driver);
            }
            JdbcAccess access = JdbcAccess.to("jdbc:h2:" + directory.resolve("war"));

            try (QueueManager queue = JdbcQueueManager.open(access, JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT)) {
                assertThat(queue.overview().workers()).isZero();
            }

            assertThat(DriverManager.getLoginTimeout()).isEqualTo(timeout);
        } finally {
            for (Driver driver : registered) {
                DriverManager.registerDriver(driver);
            }
        }
    }

    private static final class CountedSource extends HikariDataSource {
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public Connection getConnection() throws SQLException {
            asked.incrementAndGet();
            return super.getConnection();
        }
    }

    private static final class Dependent {
        @Inject
        Dependent(QueueManager queue) {
            assertThat(queue).isNotNull();
        }
    }
}
