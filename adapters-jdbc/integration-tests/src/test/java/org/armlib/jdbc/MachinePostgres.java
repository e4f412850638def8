package org.armlib.jdbc;

import java.util.Map;
import java.util.Optional;
import org.armlib.jdbc.servers.PostgresServer;
import org.junit.jupiter.api.Assumptions;

/**
 * The machine's own PostgreSQL, as a distribution builds it, with LLVM. Where there is none the tests fail; {@code
 * -Darmlib.postgresql=none} skips them, any other value is the folder of the programs to use.
 */
final class MachinePostgres {
    private static final Optional<PostgresServer> SERVER =
            PostgresServer.startMachines(Map.of("shared_preload_libraries", "pg_stat_statements"));

    private MachinePostgres() {}

    static PostgresServer server() {
        Assumptions.assumeTrue(SERVER.isPresent(), "-Darmlib.postgresql=none");
        return SERVER.orElseThrow();
    }
}
