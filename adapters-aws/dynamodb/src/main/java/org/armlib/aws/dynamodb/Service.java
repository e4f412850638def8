package org.armlib.aws.dynamodb;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.client.AwsClients;
import org.armlib.aws.client.AwsFailures;
import org.armlib.aws.client.Meter;
import org.armlib.aws.client.Uninterrupted;
import org.armlib.domain.RequestKey;
import org.armlib.ports.QueueException;
import org.armlib.ports.Usage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Calls DynamoDB: counts what they cost, and tells their errors as the port's. Safe for use by many threads. */
final class Service implements AutoCloseable {
    private static final String PRICES = "DynamoDB, us-east-1, on demand, 2025";
    private static final int WRITE_UNIT = 1024;

    private final AwsAccess access;
    private final DynamoDbClient client;
    private final Meter written = new Meter("write request units", "0.625", PRICES);
    private final Meter upkeep = new Meter("write request units of upkeep", "0.625", PRICES);
    private final Meter read = new Meter("read request units", "0.125", PRICES);
    private volatile boolean closed;

    private Service(AwsAccess access, DynamoDbClient client) {
        this.access = access;
        this.client = client;
    }

    /**
     * Connects to nothing yet.
     *
     * @throws QueueException if it is not known where to call
     */
    static Service open(AwsAccess access, List<? extends ExecutionInterceptor> interceptors) {
        try {
            return new Service(access, AwsClients.build(DynamoDbClient.builder(), access, interceptors));
        } catch (SdkException e) {
            throw new QueueException(
                    "cannot open the queue in DynamoDB, " + access + ": " + AwsFailures.explain(e),
                    Optional.empty(),
                    AwsFailures.isRetryable(e),
                    e);
        }
    }

    List<Usage> usage() {
        return Meter.usage(List.of(written, read, upkeep));
    }

    /**
     * Makes a call, to its end though the thread be interrupted.
     *
     * @param what what is tried, for a message: "cannot ..."
     * @throws QueueException if the service does not do it; {@link ConditionalCheckFailedException} and
     *     {@link TransactionCanceledException} come through
     */
    <R> R call(String what, Optional<RequestKey> key, Function<DynamoDbClient, R> call) {
        checkOpen();
        try {
            return Uninterrupted.call(() -> call.apply(client));
        } catch (ConditionalCheckFailedException | TransactionCanceledException e) {
            throw e;
        } catch (ResourceNotFoundException e) {
            throw failed(what, key, AwsFailures.explain(e) + "; was a table deleted?", false, e);
        } catch (SdkException | IllegalStateException e) {
            checkOpen();
            throw e instanceof SdkException failure
                    ? failed(what, key, AwsFailures.explain(failure), AwsFailures.isRetryable(failure), e)
                    : failed(what, key, String.valueOf(e.getMessage()), false, e);
        }
    }

    void countWritten(@Nullable ConsumedCapacity capacity) {
        count(written, capacity);
    }

    /** What servers write now and then, whatever comes in. */
    void countUpkeep(@Nullable ConsumedCapacity capacity) {
        count(upkeep, capacity);
    }

    void countRead(@Nullable ConsumedCapacity capacity) {
        count(read, capacity);
    }

    void countRead(List<ConsumedCapacity> capacities) {
        capacities.forEach(this::countRead);
    }

    /** A write whose condition did not hold costs as much as a write of the item that is there; nobody says so. */
    void countRefused(Map<String, AttributeValue> there) {
        written.add(units(there));
    }

    /** As {@link #countRefused}, of a write of upkeep. */
    void countUpkeepRefused(Map<String, AttributeValue> there) {
        upkeep.add(units(there));
    }

    private static double units(Map<String, AttributeValue> item) {
        return Math.max(1, Math.ceil((double) ItemSize.of(item) / WRITE_UNIT));
    }

    void checkOpen() {
        if (closed) {
            throw new QueueException("the queue is closed", false);
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        client.close();
    }

    /** A token that no other write has. */
    static String newToken() {
        return UUID.randomUUID().toString();
    }

    private QueueException failed(
            String what, Optional<RequestKey> key, String why, boolean retryable, RuntimeException cause) {
        return new QueueException(
                "cannot " + what + key.map(one -> " '" + one + "'").orElse("") + " in DynamoDB, " + access + ": " + why,
                key,
                retryable,
                cause);
    }

    private static void count(Meter meter, @Nullable ConsumedCapacity capacity) {
        if (capacity != null && capacity.capacityUnits() != null) {
            meter.add(capacity.capacityUnits());
        }
    }
}
