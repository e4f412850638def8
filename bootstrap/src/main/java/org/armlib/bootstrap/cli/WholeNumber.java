package org.armlib.bootstrap.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number on the command line that has bounds. */
abstract class WholeNumber implements ITypeConverter<Integer> {
    private final int min;
    private final int max;

    private WholeNumber(int min, int max) {
        this.min = min;
        this.max = max;
    }

    @Override
    public Integer convert(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(text);
        }
        throw refused(text);
    }

    private TypeConversionException refused(String text) {
        return new TypeConversionException(
                "must be a whole number from " + min + " to " + max + ", was '" + text + "'");
    }

    /** How many threads run requests; the bounds are those of {@code worker.threads}, but for none at all. */
    static final class Threads extends WholeNumber {
        Threads() {
            super(1, 1000);
        }
    }

    /** How many items at least one of which is wanted. */
    static final class Count extends WholeNumber {
        Count() {
            super(1, Integer.MAX_VALUE);
        }
    }

    /** How many requests are measured, one after the other. */
    static final class Samples extends WholeNumber {
        Samples() {
            super(1, 100_000);
        }
    }

    /** A number of bytes that is kept in memory. */
    static final class Bytes extends WholeNumber {
        Bytes() {
            super(0, 100_000_000);
        }
    }

    /** A priority: any number. */
    static final class Priority extends WholeNumber {
        Priority() {
            super(Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
    }
}
