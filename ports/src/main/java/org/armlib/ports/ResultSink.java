package org.armlib.ports;

import java.io.OutputStream;

/** Where the formats of a result are written to. */
public interface ResultSink {

    /**
     * Begins a format. The stream throws an {@link java.io.IOException} when what is written cannot be stored; from then
     * on the result cannot be published, whether or not that exception is heeded. Closing the stream ends the format.
     *
     * @param name its name and suffix, for example {@code csv}
     * @param mediaType for example {@code text/csv}
     * @throws org.armlib.domain.InvalidRequestException if the name is not a
     *     {@linkplain org.armlib.domain.FormatName format name}, or was used already
     * @throws CacheException if the format cannot be begun
     */
    OutputStream format(String name, String mediaType);
}
