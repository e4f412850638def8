package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.WorkerId;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The control table: the item {@code queue} says how the queue is to be used; an item {@code process#...} for each server
 * that is at work says what it has counted and whom it has heard of; {@code counts} has what servers counted that are
 * gone; {@code upkeep} says when the table was last gone through. Safe for use by many threads.
 */
final class Control {
    private static final String QUEUE = "queue";
    private static final String COUNTS = "counts";
    private static final String UPKEEP = "upkeep";
    private static final String PROCESS = "process#";

    private static final String SUSPENDED = "suspended";
    private static final String SHARDS = "shards";
    private static final String SEEN = "seen";
    private static final String WORKERS = "workers";
    private static final String BEGUN = "begun";

    private final Service service;
    private final String table;
    private final boolean consistent;
    private final int firstShards;

    Control(Service service, DynQueueSettings settings) {
        this.service = service;
        this.table = settings.controlTable();
        this.consistent = settings.consistentReads();
        this.firstShards = settings.shards();
    }

    /**
     * How the queue is to be used.
     *
     * @param suspended whether nothing is to be leased
     * @param shards how many partitions the index has
     */
    record State(boolean suspended, int shards) {
        static State of(Map<String, AttributeValue> item) {
            long shards = Attributes.number(item, SHARDS, 1);
            return new State(
                    Attributes.flag(item, SUSPENDED), (int) Math.max(1, Math.min(shards, DynQueueSettings.MAX_SHARDS)));
        }
    }

    /**
     * A server's own item.
     *
     * @param name which server
     * @param seen when it was written
     * @param counts what it has counted since it began
     * @param workers whom it has heard of, and when
     * @param item the item itself
     */
    record Server(
            String name,
            Instant seen,
            Counts counts,
            Map<WorkerId, Instant> workers,
            Map<String, AttributeValue> item) {
        static Server of(Map<String, AttributeValue> item) {
            Map<WorkerId, Instant> workers = new HashMap<>();
            AttributeValue heard = item.get(WORKERS);
            if (heard != null) {
                heard.m().forEach((name, time) -> workers.put(new WorkerId(name), Instant.parse(time.s())));
            }
            return new Server(
                    Attributes.text(item, Tables.CONTROL_KEY, ""),
                    Items.time(item, SEEN, Instant.EPOCH),
                    Counts.of(item),
                    workers,
                    item);
        }
    }

    /**
     * The whole table.
     *
     * @param state how the queue is to be used
     * @param gone what servers counted that are gone
     * @param servers those that are at work, or were when they ended without a word
     */
    record Overall(State state, Counts gone, List<Server> servers) {}

    /** Writes down how the queue is to be used, if nobody has. */
    State prepare() {
        Map<String, AttributeValue> there = get(QUEUE, true);
        if (there.containsKey(SHARDS)) {
            return State.of(there);
        }
        UpdateItemResponse response = service.call(
                "set up the control table",
                Optional.empty(),
                client -> client.updateItem(update -> update.tableName(table)
                        .key(keyOf(QUEUE))
                        .updateExpression(
                                "SET #shards = if_not_exists(#shards, :shards), #suspended = if_not_exists(#suspended, :no)")
                        .expressionAttributeNames(Map.of("#shards", SHARDS, "#suspended", SUSPENDED))
                        .expressionAttributeValues(
                                Map.of(":shards", Attributes.number(firstShards), ":no", Attributes.flag(false)))
                        .returnValues(ReturnValue.ALL_NEW)
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        service.countUpkeep(response.consumedCapacity());
        return State.of(response.attributes());
    }

    State state() {
        return State.of(get(QUEUE, consistent));
    }

    void suspend(boolean suspended) {
        UpdateItemResponse response = service.call(
                suspended ? "suspend the queue" : "resume the queue",
                Optional.empty(),
                client -> client.updateItem(update -> update.tableName(table)
                        .key(keyOf(QUEUE))
                        .updateExpression("SET #suspended = :suspended")
                        .expressionAttributeNames(Map.of("#suspended", SUSPENDED))
                        .expressionAttributeValues(Map.of(":suspended", Attributes.flag(suspended)))
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        service.countUpkeep(response.consumedCapacity());
    }

    Overall all() {
        State state = new State(false, 1);
        Counts gone = new Counts();
        List<Server> servers = new ArrayList<>();
        Map<String, AttributeValue> from = Map.of();
        do {
            ScanRequest.Builder scan = ScanRequest.builder()
                    .tableName(table)
                    .consistentRead(consistent)
                    .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL);
            if (!from.isEmpty()) {
                scan.exclusiveStartKey(from);
            }
            ScanResponse response =
                    service.call("read the control table", Optional.empty(), client -> client.scan(scan.build()));
            service.countRead(response.consumedCapacity());
            for (Map<String, AttributeValue> item : response.items()) {
                String name = Attributes.text(item, Tables.CONTROL_KEY, "");
                if (name.equals(QUEUE)) {
                    state = State.of(item);
                } else if (name.equals(COUNTS)) {
                    gone = Counts.of(item);
                } else if (name.startsWith(PROCESS)) {
                    servers.add(Server.of(item));
                }
            }
            from = response.lastEvaluatedKey();
        } while (!from.isEmpty());
        return new Overall(state, gone, servers);
    }

    /** Writes a server's own item; gives it as it is then. */
    Server note(String server, Instant now, Counts counts, Map<WorkerId, Instant> workers) {
        Map<String, AttributeValue> item = new HashMap<>(counts.asAttributes());
        item.putAll(keyOf(PROCESS + server));
        item.put(SEEN, Attributes.text(now.toString()));
        Map<String, AttributeValue> heard = new HashMap<>();
        workers.forEach((worker, time) -> heard.put(worker.value(), Attributes.text(time.toString())));
        item.put(WORKERS, AttributeValue.fromM(heard));
        var response = service.call(
                "note what this server has done",
                Optional.empty(),
                client -> client.putItem(
                        put -> put.tableName(table).item(item).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        service.countUpkeep(response.consumedCapacity());
        return Server.of(item);
    }

    static String nameOf(String server) {
        return PROCESS + server;
    }

    /** Adds to the common counts what a server counted that is gone, unless it has written again or another was faster. */
    void fold(Server server) {
        TransactWriteItem delete = TransactWriteItem.builder()
                .delete(Delete.builder()
                        .tableName(table)
                        .key(keyOf(server.name()))
                        .conditionExpression("#seen = :seen")
                        .expressionAttributeNames(Map.of("#seen", SEEN))
                        .expressionAttributeValues(
                                Map.of(":seen", Attributes.text(server.seen().toString())))
                        .build())
                .build();
        List<TransactWriteItem> items = new ArrayList<>(List.of(delete));
        addition(server.counts())
                .ifPresent(add -> items.add(TransactWriteItem.builder()
                        .update(update -> update.tableName(table)
                                .key(keyOf(COUNTS))
                                .updateExpression(add.expression())
                                .expressionAttributeNames(add.names())
                                .expressionAttributeValues(add.values()))
                        .build()));
        try {
            var response = service.call(
                    "add up what a server has done",
                    Optional.empty(),
                    client -> client.transactWriteItems(TransactWriteItemsRequest.builder()
                            .transactItems(items)
                            .clientRequestToken(Service.newToken())
                            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                            .build()));
            response.consumedCapacity().forEach(service::countUpkeep);
        } catch (TransactionCanceledException e) {
            service.countUpkeepRefused(server.item());
        }
    }

    /** Adds to the common counts. */
    void correct(Counts corrections) {
        addition(corrections).ifPresent(add -> {
            UpdateItemResponse response = service.call(
                    "correct the counts",
                    Optional.empty(),
                    client -> client.updateItem(update -> update.tableName(table)
                            .key(keyOf(COUNTS))
                            .updateExpression(add.expression())
                            .expressionAttributeNames(add.names())
                            .expressionAttributeValues(add.values())
                            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
            service.countUpkeep(response.consumedCapacity());
        });
    }

    /** Whether it is this server that is to go through the table now; if so no other one is for {@code period}. */
    boolean takeUpkeep(Instant now, Duration period) {
        Map<String, AttributeValue> there = get(UPKEEP, false);
        if (Ages.isWithin(period, Items.time(there, BEGUN, Instant.EPOCH), now)) {
            return false;
        }
        AttributeValue begun = there.get(BEGUN);
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":now", Attributes.text(now.toString())));
        String condition = "attribute_not_exists(#begun)";
        if (begun != null) {
            condition = "#begun = :begun";
            values.put(":begun", begun);
        }
        String unchanged = condition;
        try {
            UpdateItemResponse response = service.call(
                    "begin to go through the table",
                    Optional.empty(),
                    client -> client.updateItem(update -> update.tableName(table)
                            .key(keyOf(UPKEEP))
                            .updateExpression("SET #begun = :now")
                            .conditionExpression(unchanged)
                            .expressionAttributeNames(Map.of("#begun", BEGUN))
                            .expressionAttributeValues(values)
                            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
            service.countUpkeep(response.consumedCapacity());
            return true;
        } catch (ConditionalCheckFailedException e) {
            service.countUpkeepRefused(there);
            return false;
        }
    }

    /** An addition as DynamoDB wants it said. */
    private record Addition(String expression, Map<String, String> names, Map<String, AttributeValue> values) {}

    private static Optional<Addition> addition(Counts counts) {
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        List<String> parts = new ArrayList<>();
        counts.asAttributes().forEach((name, number) -> {
            String n = "n" + names.size();
            names.put("#" + n, name);
            values.put(":" + n, number);
            parts.add("#" + n + " :" + n);
        });
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(new Addition("ADD " + String.join(", ", parts), names, values));
    }

    private Map<String, AttributeValue> get(String name, boolean consistently) {
        GetItemResponse response = service.call(
                "read the control table",
                Optional.empty(),
                client -> client.getItem(get -> get.tableName(table)
                        .key(keyOf(name))
                        .consistentRead(consistently)
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        service.countRead(response.consumedCapacity());
        return response.hasItem() ? response.item() : Map.of();
    }

    private static Map<String, AttributeValue> keyOf(String name) {
        return Map.of(Tables.CONTROL_KEY, Attributes.text(name));
    }
}
