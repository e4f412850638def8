package org.armlib.aws.dynamodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.client.AwsFailures;
import org.armlib.ports.QueueException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** Makes the tables, or says what is wrong with those that are there. Several servers may do so at once. */
final class Tables {
    static final String CONTROL_KEY = "name";

    /** What the index carries beside the keys: what a claim needs, and nothing that a heartbeat changes. */
    static final List<String> PROJECTED =
            List.of(Attributes.STATE, Attributes.NOT_BEFORE, Attributes.LEASED_UNTIL, Attributes.ESTIMATE);

    private static final int LOOKS = 600;
    private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Service service;
    private final AwsAccess access;
    private final DynQueueSettings settings;

    Tables(Service service, AwsAccess access, DynQueueSettings settings) {
        this.service = service;
        this.access = access;
        this.settings = settings;
    }

    /** @throws QueueException if a table is not there and cannot be made, or is not as it must be */
    void prepare() {
        TableDescription requests = ready(settings.requestsTable(), this::requestsTable);
        check(settings.requestsTable(), keys(requests.keySchema()), Attributes.KEY + " HASH");
        GlobalSecondaryIndexDescription index = requests.globalSecondaryIndexes().stream()
                .filter(one -> one.indexName().equals(Requests.INDEX))
                .findFirst()
                .orElseThrow(() ->
                        wrong(settings.requestsTable(), "has no global secondary index '" + Requests.INDEX + "'"));
        check(
                settings.requestsTable() + ", index " + Requests.INDEX,
                keys(index.keySchema()),
                Attributes.SHARD + " HASH, " + Attributes.PLACE + " RANGE");
        if (index.projection().projectionType() != ProjectionType.ALL
                && !index.projection().nonKeyAttributes().containsAll(PROJECTED)) {
            throw wrong(
                    settings.requestsTable(),
                    "has an index '" + Requests.INDEX + "' that carries "
                            + index.projection().nonKeyAttributes() + "; it must carry " + PROJECTED);
        }
        TableDescription control = ready(settings.controlTable(), this::controlTable);
        check(settings.controlTable(), keys(control.keySchema()), CONTROL_KEY + " HASH");
        expire(settings.requestsTable());
    }

    /** The table, once it can be used. */
    private TableDescription ready(String name, Supplier<CreateTableRequest> maker) {
        for (int look = 0; look < LOOKS; look++) {
            Optional<TableDescription> found = describe(name);
            if (found.isEmpty()) {
                if (!settings.create()) {
                    throw new QueueException(
                            "the table " + name + " is missing in DynamoDB, " + access
                                    + "; have somebody make it as docs/operate.md says, or set 'create = true'",
                            false);
                }
                create(maker.get());
            } else if (isReady(found.get())) {
                return found.get();
            }
            if (look > 0) {
                pause();
            }
        }
        throw new QueueException("the table " + name + " in DynamoDB, " + access + ", does not become active", true);
    }

    private static boolean isReady(TableDescription table) {
        boolean works = table.tableStatus() == TableStatus.ACTIVE || table.tableStatus() == TableStatus.UPDATING;
        return works
                && table.globalSecondaryIndexes().stream()
                        .allMatch(index -> index.indexStatus() != IndexStatus.CREATING);
    }

    private Optional<TableDescription> describe(String name) {
        return call("look at the table " + name, client -> {
            try {
                return Optional.of(
                        client.describeTable(table -> table.tableName(name)).table());
            } catch (ResourceNotFoundException e) {
                return Optional.empty();
            }
        });
    }

    private void create(CreateTableRequest table) {
        call("make the table " + table.tableName(), client -> {
            try {
                return Optional.of(client.createTable(table));
            } catch (ResourceInUseException e) {
                // Another server makes it at this moment.
                return Optional.empty();
            }
        });
    }

    private CreateTableRequest requestsTable() {
        GlobalSecondaryIndex.Builder index = GlobalSecondaryIndex.builder()
                .indexName(Requests.INDEX)
                .keySchema(key(Attributes.SHARD, KeyType.HASH), key(Attributes.PLACE, KeyType.RANGE))
                .projection(Projection.builder()
                        .projectionType(ProjectionType.INCLUDE)
                        .nonKeyAttributes(PROJECTED)
                        .build());
        settings.provisioned().map(Tables::throughput).ifPresent(index::provisionedThroughput);
        return table(settings.requestsTable())
                .attributeDefinitions(text(Attributes.KEY), text(Attributes.SHARD), text(Attributes.PLACE))
                .keySchema(key(Attributes.KEY, KeyType.HASH))
                .globalSecondaryIndexes(index.build())
                .build();
    }

    private CreateTableRequest controlTable() {
        return table(settings.controlTable())
                .attributeDefinitions(text(CONTROL_KEY))
                .keySchema(key(CONTROL_KEY, KeyType.HASH))
                .build();
    }

    private CreateTableRequest.Builder table(String name) {
        CreateTableRequest.Builder table = CreateTableRequest.builder().tableName(name);
        settings.provisioned()
                .ifPresentOrElse(
                        capacity ->
                                table.billingMode(BillingMode.PROVISIONED).provisionedThroughput(throughput(capacity)),
                        () -> table.billingMode(BillingMode.PAY_PER_REQUEST));
        if (!settings.tags().isEmpty()) {
            table.tags(settings.tags().entrySet().stream()
                    .map(tag -> Tag.builder()
                            .key(tag.getKey())
                            .value(tag.getValue())
                            .build())
                    .toList());
        }
        return table;
    }

    /** Has DynamoDB delete what is marked so. */
    private void expire(String table) {
        if (expires(table)) {
            return;
        }
        if (!settings.create()) {
            throw wrong(table, "has no time to live; enable it with the attribute '" + Attributes.DELETE_AFTER + "'");
        }
        call("set the time to live of the table " + table, client -> {
            try {
                return Optional.of(client.updateTimeToLive(update -> update.tableName(table)
                        .timeToLiveSpecification(time ->
                                time.attributeName(Attributes.DELETE_AFTER).enabled(true))));
            } catch (AwsServiceException e) {
                if (AwsFailures.code(e).equals("ValidationException") && expires(table)) {
                    // Another server has done it meanwhile.
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private boolean expires(String table) {
        return call("look at the time to live of the table " + table, client -> {
            var description =
                    client.describeTimeToLive(time -> time.tableName(table)).timeToLiveDescription();
            return (description.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                            || description.timeToLiveStatus() == TimeToLiveStatus.ENABLING)
                    && Attributes.DELETE_AFTER.equals(description.attributeName());
        });
    }

    private <R> R call(String what, Function<DynamoDbClient, R> call) {
        return service.call(what, Optional.empty(), call);
    }

    private void check(String what, String keys, String expected) {
        if (!keys.equals(expected)) {
            throw wrong(what, "has the keys " + keys + "; they must be " + expected);
        }
    }

    private QueueException wrong(String table, String what) {
        return new QueueException(
                "the table " + table + " in DynamoDB, " + access + ", " + what
                        + "; set it right as docs/operate.md says, or choose another 'table-prefix'",
                false);
    }

    private static String keys(List<KeySchemaElement> schema) {
        List<String> keys = new ArrayList<>();
        schema.forEach(key -> keys.add(key.attributeName() + " " + key.keyTypeAsString()));
        return String.join(", ", keys);
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static ProvisionedThroughput throughput(DynQueueSettings.Capacity capacity) {
        return ProvisionedThroughput.builder()
                .readCapacityUnits(capacity.readUnits())
                .writeCapacityUnits(capacity.writeUnits())
                .build();
    }

    private static void pause() {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
