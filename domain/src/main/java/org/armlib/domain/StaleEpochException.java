package org.armlib.domain;

/** The data were rebuilt while a result was being written: it shows the older data and is not published. */
public final class StaleEpochException extends ArmlibException {
    /** Says that a result begun in {@code begun} met the epoch {@code current}. */
    public StaleEpochException(RequestKey key, DataEpoch begun, DataEpoch current) {
        super(
                "the result of '" + key + "' was begun in data epoch " + begun + ", but the data were rebuilt (epoch "
                        + current + ") before it was whole; run the request again",
                key);
    }

    /** Always: the request can be run again on the new data. */
    @Override
    public boolean retryable() {
        return true;
    }
}
