package org.armlib.aws.dynamodb;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Parameters;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.ports.QueueException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** The table of requests and its index. Safe for use by many threads. */
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    static final String INDEX = "live";

    /** Stands in no key of a request, so that parameters kept apart have keys of their own. */
    static final char APART = '#';

    private static final int BATCH = 100;
    private static final long MOST_PAUSE_NANOS = 100_000_000;

    private final Service service;
    private final String table;
    private final Items items;
    private final boolean consistent;
    private final AtomicInteger shards;

    Requests(Service service, DynQueueSettings settings, int shards) {
        this.service = service;
        this.table = settings.requestsTable();
        this.items = new Items(settings.retention());
        this.consistent = settings.consistentReads();
        this.shards = new AtomicInteger(shards);
    }

    /**
     * What became of a write.
     *
     * @param done whether it took effect, now or in a try whose answer was lost
     * @param now what is there after it, empty if the item is gone
     */
    record Written(boolean done, Optional<Stored> now) {
        Stored stored() {
            return now.orElseThrow();
        }
    }

    /**
     * A page of items.
     *
     * @param items what was read, parameters kept apart included
     * @param next where the next page begins, empty if this is the last
     */
    record ScanPage(List<Map<String, AttributeValue>> items, Map<String, AttributeValue> next) {}

    /** From now on entries are spread over so many shards. */
    void spread(int count) {
        shards.set(count);
    }

    int shards() {
        return shards.get();
    }

    /** Reads a request as it was lately, or as it is if the settings ask for that. */
    Optional<Stored> find(RequestKey key) {
        return read(key, consistent);
    }

    /** Reads a request as it is. */
    Optional<Stored> read(RequestKey key) {
        return read(key, true);
    }

    private Optional<Stored> read(RequestKey key, boolean consistently) {
        return get(key.value(), Optional.of(key), consistently).map(item -> decode(item, null));
    }

    /** Reads several requests as they were lately, in any order, those that are gone or cannot be read left out. */
    List<Stored> findAll(List<String> keys) {
        List<Stored> found = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += BATCH) {
            Map<String, KeysAndAttributes> wanted = Map.of(
                    table,
                    KeysAndAttributes.builder()
                            .consistentRead(consistent)
                            .keys(keys.subList(from, Math.min(from + BATCH, keys.size())).stream()
                                    .map(Requests::keyOf)
                                    .toList())
                            .build());
            while (!wanted.isEmpty()) {
                Map<String, KeysAndAttributes> asked = wanted;
                BatchGetItemResponse response = service.call(
                        "read requests",
                        Optional.empty(),
                        client -> client.batchGetItem(BatchGetItemRequest.builder()
                                .requestItems(asked)
                                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                                .build()));
                service.countRead(response.consumedCapacity());
                response.responses()
                        .getOrDefault(table, List.of())
                        .forEach(item -> readable(item).ifPresent(found::add));
                wanted = response.unprocessedKeys();
                if (!wanted.isEmpty()) {
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MOST_PAUSE_NANOS));
                }
            }
        }
        return found;
    }

    /**
     * Adds a submission where there is no item of its key.
     *
     * @param ticket its number among those of its priority
     */
    Written add(Submission submission, long ticket) {
        String parametersIn = putApart(submission);
        Map<String, AttributeValue> item = encode(submission, Map.of(), parametersIn);
        item.put(Attributes.TICKET, Attributes.number(ticket));
        return write(
                "submit",
                new Stored(submission, item),
                null,
                update -> update.conditionExpression("attribute_not_exists(#key)")
                        .expressionAttributeNames(Map.of("#key", Attributes.KEY)),
                Map.of());
    }

    /**
     * Puts a submission in place of another of the same key.
     *
     * @param ticket its number among those of its priority, if it has none
     */
    Written replace(String what, Stored before, Submission after, long ticket) {
        String parametersIn = inSameOrder(before.submission(), after)
                ? Attributes.text(before.item(), Attributes.PARAMETERS_IN)
                : putApart(after);
        boolean sameSubmission = before.submission().id().equals(after.id());
        Map<String, AttributeValue> item =
                encode(after, sameSubmission ? before.item() : withoutPast(before.item()), parametersIn);
        if (item.containsKey(Attributes.PLACE) && ticket > 0) {
            item.putIfAbsent(Attributes.TICKET, Attributes.number(ticket));
        }
        Map<String, String> names = new HashMap<>(Map.of("#change", Attributes.CHANGE, "#state", Attributes.STATE));
        Map<String, AttributeValue> values = new HashMap<>();
        String unchanged = condition("#change", before.item().get(Attributes.CHANGE), ":wasChange", values)
                + " AND "
                + condition("#state", before.item().get(Attributes.STATE), ":wasState", values);
        return write(
                what,
                new Stored(after, item),
                before,
                update -> update.conditionExpression(unchanged)
                        .expressionAttributeNames(names)
                        .expressionAttributeValues(values),
                before.item());
    }

    private static boolean inSameOrder(Submission a, Submission b) {
        return a.request()
                .parameters()
                .toQuery()
                .equals(b.request().parameters().toQuery());
    }

    Written replace(String what, Stored before, Submission after) {
        return replace(what, before, after, 0);
    }

    /** Of an earlier submission only the place in the table stays. */
    private static Map<String, AttributeValue> withoutPast(Map<String, AttributeValue> item) {
        return item.containsKey(Attributes.SHARD) ? Map.of(Attributes.SHARD, item.get(Attributes.SHARD)) : Map.of();
    }

    private static String condition(
            String name, @Nullable AttributeValue value, String placeholder, Map<String, AttributeValue> values) {
        if (value == null) {
            return "attribute_not_exists(" + name + ")";
        }
        values.put(placeholder, value);
        return name + " = " + placeholder;
    }

    /** Removes an item if it is as it was read; whether it is gone now. */
    boolean delete(Map<String, AttributeValue> item) {
        String key = Attributes.text(item, Attributes.KEY, "");
        AttributeValue change = item.get(Attributes.CHANGE);
        AttributeValue state = item.get(Attributes.STATE);
        Map<String, AttributeValue> values = new HashMap<>();
        String unchanged = condition("#change", change, ":wasChange", values) + " AND "
                + condition("#state", state, ":wasState", values);
        try {
            var response = service.call(
                    "forget",
                    Optional.empty(),
                    client -> client.deleteItem(delete -> {
                        delete.tableName(table)
                                .key(keyOf(key))
                                .conditionExpression(unchanged)
                                .expressionAttributeNames(
                                        Map.of("#change", Attributes.CHANGE, "#state", Attributes.STATE))
                                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL);
                        if (!values.isEmpty()) {
                            delete.expressionAttributeValues(values);
                        }
                    }));
            service.countWritten(response.consumedCapacity());
        } catch (ConditionalCheckFailedException e) {
            service.countRefused(item);
            return get(key, Optional.empty(), true).isEmpty();
        }
        String apart = Attributes.text(item, Attributes.PARAMETERS_IN);
        if (apart != null) {
            deleteApart(apart);
        }
        return true;
    }

    /** Removes parameters that were kept apart. */
    void deleteApart(String key) {
        var response = service.call(
                "forget parameters",
                Optional.empty(),
                client -> client.deleteItem(delete ->
                        delete.tableName(table).key(keyOf(key)).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        service.countWritten(response.consumedCapacity());
    }

    /** What is next in a shard behind a place, in the order of leases. */
    EntryPage entries(String shard, Optional<Place> after, int limit) {
        Map<String, String> names = new HashMap<>(Map.of("#shard", Attributes.SHARD));
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":shard", Attributes.text(shard)));
        String condition = "#shard = :shard";
        if (after.isPresent()) {
            names.put("#place", Attributes.PLACE);
            values.put(":after", Attributes.text(after.get().text()));
            condition += " AND #place > :after";
        }
        QueryRequest query = QueryRequest.builder()
                .tableName(table)
                .indexName(INDEX)
                .keyConditionExpression(condition)
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .limit(limit)
                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                .build();
        QueryResponse response = service.call("look for work", Optional.empty(), client -> client.query(query));
        service.countRead(response.consumedCapacity());
        return new EntryPage(
                response.items().stream().map(Entry::of).toList(),
                response.hasLastEvaluatedKey() && !response.lastEvaluatedKey().isEmpty());
    }

    /**
     * A part of the index.
     *
     * @param entries the part, in the order of leases
     * @param more whether there may be others behind it
     */
    record EntryPage(List<Entry> entries, boolean more) {}

    /** Reads the whole table, a page at a time, in no order. */
    ScanPage scan(Map<String, AttributeValue> from, int limit) {
        ScanRequest.Builder scan = ScanRequest.builder()
                .tableName(table)
                .limit(limit)
                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL);
        if (!from.isEmpty()) {
            scan.exclusiveStartKey(from);
        }
        ScanResponse response =
                service.call("read the table of requests", Optional.empty(), client -> client.scan(scan.build()));
        service.countRead(response.consumedCapacity());
        return new ScanPage(response.items(), response.lastEvaluatedKey());
    }

    /** Whether an item is a request, not the parameters of one. */
    static boolean isRequest(Map<String, AttributeValue> item) {
        return Attributes.text(item, Attributes.KEY, "").indexOf(APART) < 0;
    }

    /** The request in an item, if it can be read; one that a person has spoilt must not keep the others from being done. */
    Optional<Stored> readable(Map<String, AttributeValue> item) {
        try {
            return Optional.of(decode(item, null));
        } catch (QueueException e) {
            if (e.retryable()) {
                throw e;
            }
            LOG.warn("passed over a request", e);
            return Optional.empty();
        }
    }

    /** The request in an item. */
    Stored decode(Map<String, AttributeValue> item, @Nullable Stored before) {
        String key = Attributes.text(item, Attributes.KEY, "");
        try {
            return new Stored(items.decode(item, apart -> parametersIn(apart, before)), item);
        } catch (IllegalArgumentException | DateTimeException | InvalidRequestException e) {
            throw new QueueException(
                    "cannot read the request '" + key + "' in the table " + table + ": " + e.getMessage()
                            + "; set the attribute right, or delete the item and submit the request again",
                    Optional.empty(),
                    false,
                    e);
        }
    }

    static Map<String, AttributeValue> keyOf(String key) {
        return Map.of(Attributes.KEY, Attributes.text(key));
    }

    private Parameters parametersIn(String apart, @Nullable Stored before) {
        if (before != null && apart.equals(Attributes.text(before.item(), Attributes.PARAMETERS_IN))) {
            return before.submission().request().parameters();
        }
        return get(apart, Optional.empty(), false)
                .or(() -> get(apart, Optional.empty(), true))
                .map(PackedParameters::read)
                .orElseThrow(() -> new InvalidRequestException(
                        Attributes.PARAMETERS_IN, "names the item '" + apart + "', which is gone"));
    }

    private Optional<Map<String, AttributeValue>> get(String key, Optional<RequestKey> named, boolean consistently) {
        GetItemResponse response = service.call(
                "read",
                named,
                client -> client.getItem(get -> get.tableName(table)
                        .key(keyOf(key))
                        .consistentRead(consistently)
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        service.countRead(response.consumedCapacity());
        return response.hasItem() ? Optional.of(response.item()) : Optional.empty();
    }

    private Map<String, AttributeValue> encode(
            Submission submission, Map<String, AttributeValue> before, @Nullable String parametersIn) {
        String shard = String.valueOf(Math.floorMod(submission.key().value().hashCode(), shards.get()));
        return items.encode(submission, before, parametersIn, shard, Service.newToken());
    }

    /** Large parameters go into an item that is never changed; says which, null if they are not large. */
    private @Nullable String putApart(Submission submission) {
        Parameters parameters = submission.request().parameters();
        int trace = submission
                .request()
                .trace()
                .map(told -> told.traceparent().length() + told.tracestate().length())
                .orElse(0);
        if (parameters.isEmpty() || PackedParameters.size(parameters) + trace <= Items.INLINE_PARAMETERS) {
            return null;
        }
        String key = submission.key().value() + APART + submission.id();
        Map<String, AttributeValue> item = new HashMap<>(keyOf(key));
        item.put(Attributes.SUBMITTED, Attributes.text(submission.submitted().toString()));
        PackedParameters.write(parameters, item);
        var response = service.call(
                "submit",
                Optional.of(submission.key()),
                client -> client.putItem(
                        put -> put.tableName(table).item(item).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        service.countWritten(response.consumedCapacity());
        return key;
    }

    /** Makes {@code after} of the item {@code there}, attributes of other people left alone, if a condition holds. */
    private Written write(
            String what,
            Stored after,
            @Nullable Stored before,
            Function<UpdateItemRequest.Builder, UpdateItemRequest.Builder> condition,
            Map<String, AttributeValue> there) {
        RequestKey key = after.submission().key();
        UpdateItemRequest update = Update.of(there, after.item())
                .addTo(condition.apply(UpdateItemRequest.builder()))
                .tableName(table)
                .key(keyOf(key.value()))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                .build();
        try {
            var response = service.call(what, Optional.of(key), client -> client.updateItem(update));
            service.countWritten(response.consumedCapacity());
            return new Written(true, Optional.of(after));
        } catch (ConditionalCheckFailedException e) {
            Map<String, AttributeValue> current = e.hasItem() ? e.item() : Map.of();
            if (after.change().equals(Attributes.text(current, Attributes.CHANGE))) {
                return new Written(true, Optional.of(after));
            }
            service.countRefused(current);
            return new Written(false, current.isEmpty() ? Optional.empty() : Optional.of(decode(current, before)));
        }
    }

    /** How long a request that ended is kept in the table at the least. */
    static Duration keptFor(DynQueueSettings settings) {
        return settings.retention().plus(Items.GRACE);
    }
}
