package org.armlib.jdbc;

import java.nio.file.Path;
import org.armlib.domain.RetryPolicy;
import org.armlib.tck.DurableQueueContract;
import org.armlib.tck.DurableQueueFixture;
import org.junit.jupiter.api.io.TempDir;

class H2FileQueueContractTest implements DurableQueueContract {
    @TempDir
    private Path folder;

    @Override
    public DurableQueueFixture newQueue(RetryPolicy policy) {
        return new JdbcQueueFixture("jdbc:h2:" + folder.resolve("queue") + ";WRITE_DELAY=0", policy);
    }
}
