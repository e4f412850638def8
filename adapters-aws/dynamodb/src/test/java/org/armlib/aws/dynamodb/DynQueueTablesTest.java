package org.armlib.aws.dynamodb;

import static org.armlib.aws.dynamodb.Samples.POLICY;
import static org.armlib.aws.dynamodb.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.armlib.aws.AwsAccess;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.ports.QueueException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** The tables are made once, or what is wrong with them is said. */
class DynQueueTablesTest {

    @Test
    void ten_servers_that_start_at_once_make_the_tables_once() throws Exception {
        try (DynQueueFixture fixture = Samples.newQueue()) {
            ExecutorService servers = Executors.newFixedThreadPool(10);
            List<Future<DynQueueManager>> started = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                started.add(servers.submit(() -> fixture.open()));
            }
            int number = 0;
            for (Future<DynQueueManager> one : started) {
                one.get().submit(request("r-" + number++));
            }
            servers.shutdown();
            assertThat(started.get(0).get().overview().count(Phase.PENDING)).isEqualTo(10);
        }
    }

    @Test
    void tables_are_paid_by_use_and_what_is_old_is_deleted_by_the_service() {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            fixture.open();

            TableDescription table = describe(tables, fixture.settings().requestsTable());
            assertThat(table.billingModeSummary().billingMode()).isEqualTo(BillingMode.PAY_PER_REQUEST);
            var time = tables.client()
                    .describeTimeToLive(one -> one.tableName(fixture.settings().requestsTable()))
                    .timeToLiveDescription();
            assertThat(time.attributeName()).isEqualTo(Attributes.DELETE_AFTER);
        }
    }

    @Test
    void tables_have_the_capacity_and_the_tags_that_are_asked_for() {
        Counterpart local = Counterpart.local();
        DynQueueSettings settings = local.settings("t-" + UUID.randomUUID() + "-")
                .withCapacity(new DynQueueSettings.Capacity(7, 9))
                .withTags(Map.of("team", "reports"));
        List<CreateTableRequest> made = new CopyOnWriteArrayList<>();
        // DynamoDB Local knows no tags: they are looked at, and taken away.
        ExecutionInterceptor tags = new ExecutionInterceptor() {
            @Override
            public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
                if (context.request() instanceof CreateTableRequest table) {
                    made.add(table);
                    return table.toBuilder().tags(List.of()).build();
                }
                return context.request();
            }
        };
        try (DynQueueFixture fixture = new DynQueueFixture(local, settings, POLICY);
                TestTables tables = new TestTables(fixture.access(), settings)) {
            fixture.open(fixture.clock(), tags);

            TableDescription table = describe(tables, settings.requestsTable());
            assertThat(table.provisionedThroughput().readCapacityUnits()).isEqualTo(7);
            assertThat(table.globalSecondaryIndexes()
                            .get(0)
                            .provisionedThroughput()
                            .writeCapacityUnits())
                    .isEqualTo(9);
            assertThat(made)
                    .hasSize(2)
                    .allSatisfy(one -> assertThat(one.tags())
                            .extracting(Tag::key, Tag::value)
                            .containsExactly(tuple("team", "reports")));
        }
    }

    private static TableDescription describe(TestTables tables, String name) {
        return tables.client().describeTable(table -> table.tableName(name)).table();
    }

    @Test
    void without_creation_missing_tables_are_an_error_that_says_what_to_do() {
        Counterpart local = Counterpart.local();
        DynQueueSettings settings =
                local.settings("t-" + UUID.randomUUID() + "-").withoutCreation();

        assertThatThrownBy(() -> open(local.access(), settings))
                .isInstanceOf(QueueException.class)
                .hasMessageContaining(settings.requestsTable())
                .hasMessageContaining("docs/operate.md");
    }

    @Test
    void without_creation_tables_that_are_there_serve() {
        try (DynQueueFixture fixture = Samples.newQueue()) {
            fixture.open();

            try (DynQueueManager queue =
                    open(fixture.access(), fixture.settings().withoutCreation())) {
                queue.submit(request("a"));
                assertThat(queue.find(new RequestKey("a"))).isPresent();
            }
        }
    }

    @Test
    void a_table_of_somebody_else_is_told_by_its_keys() {
        Counterpart local = Counterpart.local();
        DynQueueSettings settings = local.settings("t-" + UUID.randomUUID() + "-");
        try (TestTables tables = new TestTables(local.access(), settings)) {
            tables.client()
                    .createTable(table -> table.tableName(settings.requestsTable())
                            .attributeDefinitions(AttributeDefinition.builder()
                                    .attributeName("RequestID")
                                    .attributeType(ScalarAttributeType.S)
                                    .build())
                            .keySchema(KeySchemaElement.builder()
                                    .attributeName("RequestID")
                                    .keyType(KeyType.HASH)
                                    .build())
                            .billingMode(BillingMode.PAY_PER_REQUEST));

            assertThatThrownBy(() -> open(local.access(), settings))
                    .isInstanceOf(QueueException.class)
                    .hasMessageContaining("RequestID HASH")
                    .hasMessageContaining("key HASH")
                    .hasMessageContaining("table-prefix");
        } finally {
            TestTables.remove(local.access(), settings);
        }
    }

    @Test
    void a_table_that_is_deleted_while_the_queue_is_open_is_told() {
        try (DynQueueFixture fixture = Samples.newQueue()) {
            DynQueueManager queue = fixture.open();
            TestTables.remove(fixture.access(), fixture.settings());

            assertThatThrownBy(() -> queue.submit(request("a")))
                    .isInstanceOfSatisfying(
                            QueueException.class, e -> assertThat(e.key()).contains(new RequestKey("a")))
                    .hasMessageContaining("was a table deleted?");
        }
    }

    @Test
    void a_server_that_is_not_there_is_told_when_the_queue_is_opened() {
        assertThatThrownBy(() -> open(
                        AwsAccess.DEFAULT.at(URI.create("http://127.0.0.1:1")),
                        DynQueueSettings.DEFAULT.withTablePrefix("nowhere-")))
                .isInstanceOfSatisfying(
                        QueueException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("http://127.0.0.1:1")
                .hasMessageContaining("cannot be reached");
    }

    @Test
    void what_the_role_may_not_do_is_told() {
        ExecutionInterceptor denying = new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                if (context.request() instanceof GetItemRequest) {
                    throw DynamoDbException.builder()
                            .statusCode(400)
                            .awsErrorDetails(AwsErrorDetails.builder()
                                    .errorCode("AccessDeniedException")
                                    .errorMessage("User: armlib is not authorized to perform: dynamodb:GetItem")
                                    .build())
                            .build();
                }
            }
        };
        try (DynQueueFixture fixture = Samples.newQueue()) {
            fixture.open();
            assertThatThrownBy(() -> fixture.open(fixture.clock(), denying))
                    .isInstanceOfSatisfying(
                            QueueException.class, e -> assertThat(e.retryable()).isFalse())
                    .hasMessageContaining("dynamodb:GetItem")
                    .hasMessageContaining("the policy of this process' role does not allow it");
        }
    }

    private static DynQueueManager open(AwsAccess access, DynQueueSettings settings) {
        return DynQueueManager.open(access, settings, POLICY, new AheadClock());
    }
}
