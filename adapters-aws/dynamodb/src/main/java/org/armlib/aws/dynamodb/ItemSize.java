package org.armlib.aws.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How large an item is, as DynamoDB bills it; numbers are taken a little too large. */
final class ItemSize {
    private ItemSize() {}

    static long of(Map<String, AttributeValue> item) {
        long size = 0;
        for (Map.Entry<String, AttributeValue> entry : item.entrySet()) {
            size += entry.getKey().getBytes(UTF_8).length + of(entry.getValue());
        }
        return size;
    }

    private static long of(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s().getBytes(UTF_8).length;
            case N -> value.n().length() / 2 + 2;
            case B -> value.b().asByteArrayUnsafe().length;
            case M -> 3 + value.m().size() + of(value.m());
            case L -> 3 + value.l().stream().mapToLong(one -> 1 + of(one)).sum();
            default -> 1;
        };
    }
}
