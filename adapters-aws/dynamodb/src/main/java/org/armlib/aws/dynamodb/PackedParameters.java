package org.armlib.aws.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.Parameters;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Parameters as attributes: a list of maps from name to values, in their order, null where a name has no value, which people
 * can read; the query, where its caller wrote it in another way than those tell; or, where there are so many that the list
 * would not fit an item, bytes.
 */
final class PackedParameters {
    /** The most of the 400 KB of an item that the readable form may take. */
    private static final long READABLE_BYTES = 350_000;

    private static final int LONGEST_READABLE_NAME = 60_000;

    private static final AttributeValue NO_VALUE = AttributeValue.fromNul(true);

    /** Begins packed parameters in which a value may be missing: no name has this length, with which they once began. */
    private static final int WITH_MISSING_VALUES = 0;

    private PackedParameters() {}

    static void write(Parameters parameters, Map<String, AttributeValue> item) {
        if (parameters.written().isPresent()) {
            item.put(
                    Attributes.PARAMETERS,
                    AttributeValue.fromS(parameters.written().get()));
        } else if (isReadable(parameters)) {
            List<AttributeValue> list = new ArrayList<>();
            parameters
                    .occurrences()
                    .forEach((name, values) -> list.add(AttributeValue.fromM(Map.of(
                            name,
                            AttributeValue.fromL(values.stream()
                                    .map(value ->
                                            value.map(AttributeValue::fromS).orElse(NO_VALUE))
                                    .toList())))));
            item.put(Attributes.PARAMETERS, AttributeValue.fromL(list));
        } else {
            item.put(Attributes.PARAMETERS_PACKED, AttributeValue.fromB(SdkBytes.fromByteArray(pack(parameters))));
        }
    }

    static Parameters read(Map<String, AttributeValue> item) {
        AttributeValue packed = item.get(Attributes.PARAMETERS_PACKED);
        if (packed != null) {
            return unpack(packed.b().asByteArrayUnsafe());
        }
        AttributeValue list = item.get(Attributes.PARAMETERS);
        if (list == null) {
            return Parameters.none();
        }
        if (list.s() != null) {
            return Parameters.parse(list.s());
        }
        Map<String, List<Optional<String>>> occurrences = new LinkedHashMap<>();
        for (AttributeValue one : list.l()) {
            one.m()
                    .forEach((name, texts) -> occurrences.put(
                            name,
                            texts.l().stream()
                                    .map(text -> Optional.ofNullable(text.s()))
                                    .toList()));
        }
        return Parameters.ofOccurrences(occurrences);
    }

    /** How many bytes they take in an item, and a few more. */
    static long size(Parameters parameters) {
        if (parameters.written().isPresent()) {
            return parameters.written().get().length();
        }
        long size = 0;
        for (Map.Entry<String, List<String>> entry : parameters.asMap().entrySet()) {
            size += 9L + entry.getKey().getBytes(UTF_8).length;
            for (String value : entry.getValue()) {
                size += 1L + value.getBytes(UTF_8).length;
            }
        }
        return size;
    }

    private static boolean isReadable(Parameters parameters) {
        return size(parameters) <= READABLE_BYTES
                && parameters.asMap().keySet().stream().allMatch(name -> name.length() <= LONGEST_READABLE_NAME);
    }

    /** Each text with its length before it: never more than a third longer than what the domain counts. */
    private static byte[] pack(Parameters parameters) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writeNumber(bytes, WITH_MISSING_VALUES);
        parameters.occurrences().forEach((name, values) -> {
            writeText(bytes, name, 0);
            writeNumber(bytes, values.size());
            values.forEach(
                    value -> value.ifPresentOrElse(text -> writeText(bytes, text, 1), () -> writeNumber(bytes, 0)));
        });
        return bytes.toByteArray();
    }

    private static Parameters unpack(byte[] packed) {
        ByteArrayInputStream bytes = new ByteArrayInputStream(packed);
        int more = packed.length > 0 && packed[0] == WITH_MISSING_VALUES ? 1 : 0;
        bytes.skip(more);
        Map<String, List<Optional<String>>> occurrences = new LinkedHashMap<>();
        while (bytes.available() > 0) {
            String name = readText(bytes, readNumber(bytes));
            int count = readNumber(bytes);
            List<Optional<String>> texts = new ArrayList<>(Math.min(count, bytes.available()));
            for (int i = 0; i < count; i++) {
                int length = readNumber(bytes) - more;
                texts.add(length < 0 ? Optional.empty() : Optional.of(readText(bytes, length)));
            }
            occurrences.put(name, texts);
        }
        return Parameters.ofOccurrences(occurrences);
    }

    private static void writeText(ByteArrayOutputStream bytes, String text, int more) {
        byte[] utf8 = text.getBytes(UTF_8);
        writeNumber(bytes, utf8.length + more);
        bytes.writeBytes(utf8);
    }

    private static String readText(ByteArrayInputStream bytes, int length) {
        byte[] utf8 = new byte[length];
        int read = bytes.readNBytes(utf8, 0, utf8.length);
        return new String(utf8, 0, read, UTF_8);
    }

    /** Seven bits a byte, the lowest first; the highest bit says that another follows. */
    private static void writeNumber(ByteArrayOutputStream bytes, int number) {
        int rest = number;
        while (rest > 0x7f) {
            bytes.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes.write(rest);
    }

    private static int readNumber(ByteArrayInputStream bytes) {
        int number = 0;
        for (int shift = 0; true; shift += 7) {
            int part = bytes.read();
            number |= (part & 0x7f) << shift;
            if (part < 0x80) {
                return number;
            }
        }
    }
}
