package org.armlib.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.RetryPolicy;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/** What a server that only submits calls: the rights that its role needs. */
class DynQueueSubmitterTest {

    @Test
    void it_neither_scans_the_requests_nor_deletes_any() {
        Calls calls = new Calls();
        Counterpart local = Counterpart.local();
        DynQueueSettings settings =
                local.settings("submitter-" + UUID.randomUUID() + "-").withoutUpkeep();
        try (DynQueueFixture fixture = new DynQueueFixture(local, settings, RetryPolicy.DEFAULT)) {
            DynQueueManager queue = fixture.open(fixture.clock(), calls);
            BatchRequest first = BatchRequest.parse("/report?year=2024").build();
            queue.submit(first);
            queue.submit(first.withCachePolicy(CachePolicy.STICKY));
            queue.submit(BatchRequest.parse("/report?year=2025").build());
            queue.find(first.key());
            queue.position(first.key());
            queue.overview();
            queue.cancel(first.key());
            queue.submit(first);
            fixture.advance(Upkeep.EVERY.multipliedBy(2));
            queue.keepUp();
            queue.prune(settings.retention(), 100);
            queue.close();

            assertThat(calls.seen).contains("PutItem", "UpdateItem", "Query on the index");
            assertThat(calls.seen).doesNotContain("Scan of the requests", "DeleteItem");
        }
    }

    /** The operations that a client calls, in words. */
    private static final class Calls implements ExecutionInterceptor {
        private final Set<String> seen = new ConcurrentSkipListSet<>();

        @Override
        public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
            String operation = context.request().getClass().getSimpleName().replace("Request", "");
            if (context.request() instanceof ScanRequest scan
                    && scan.tableName().endsWith("requests")) {
                seen.add("Scan of the requests");
            } else if (context.request() instanceof QueryRequest query && query.indexName() != null) {
                seen.add("Query on the index");
            } else {
                seen.add(operation);
            }
        }
    }
}
