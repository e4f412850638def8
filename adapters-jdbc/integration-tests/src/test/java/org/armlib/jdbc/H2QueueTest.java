package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.junit.jupiter.api.Test;

class H2QueueTest implements JdbcContract {
    @Override
    public String url() {
        return "jdbc:h2:mem:queue;DB_CLOSE_DELAY=-1";
    }

    /** The database is gone with its last connection: there is one at any time from the first on. */
    @Test
    void a_database_in_memory_stays_for_as_long_as_its_queue_is_open() {
        for (int i = 0; i < 20; i++) {
            String url = "jdbc:h2:mem:short" + i;
            try (JdbcQueueManager queue = JdbcQueueManager.open(JdbcAccess.to(url), settings(), RetryPolicy.DEFAULT)) {
                BatchRequest request = BatchRequest.of("/report").build();
                queue.submit(request);
                assertThat(queue.find(request.key())).isPresent();
            }
        }
    }
}
