package org.armlib.aws.dynamodb;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.client.AwsClients;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The tables of a queue as a person with the console sees them. */
final class TestTables implements AutoCloseable {
    private final DynamoDbClient client;
    private final DynQueueSettings settings;

    TestTables(AwsAccess access, DynQueueSettings settings) {
        this.client = AwsClients.build(DynamoDbClient.builder(), access, List.of());
        this.settings = settings;
    }

    DynamoDbClient client() {
        return client;
    }

    Map<String, AttributeValue> item(String key) {
        return client.getItem(get -> get.tableName(settings.requestsTable())
                        .key(Requests.keyOf(key))
                        .consistentRead(true))
                .item();
    }

    /** Sets attributes of a request. */
    void edit(String key, Map<String, AttributeValue> changes) {
        changes.forEach((name, value) -> client.updateItem(update -> update.tableName(settings.requestsTable())
                .key(Requests.keyOf(key))
                .updateExpression("SET #name = :value")
                .expressionAttributeNames(Map.of("#name", name))
                .expressionAttributeValues(Map.of(":value", value))));
    }

    void setState(String key, String state) {
        edit(key, Map.of(Attributes.STATE, Attributes.text(state)));
    }

    void delete(String key) {
        client.deleteItem(delete -> delete.tableName(settings.requestsTable()).key(Requests.keyOf(key)));
    }

    List<Map<String, AttributeValue>> scan() {
        return client
                .scanPaginator(scan -> scan.tableName(settings.requestsTable()).consistentRead(true))
                .items()
                .stream()
                .toList();
    }

    static void remove(AwsAccess access, DynQueueSettings settings) {
        try (TestTables tables = new TestTables(access, settings)) {
            Consumer<String> remove = name -> {
                try {
                    tables.client.deleteTable(table -> table.tableName(name));
                } catch (ResourceNotFoundException e) {
                    // It was never made.
                }
            };
            remove.accept(settings.requestsTable());
            remove.accept(settings.controlTable());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
