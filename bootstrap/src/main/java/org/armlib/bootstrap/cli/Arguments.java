package org.armlib.bootstrap.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.RequestKey;
import picocli.CommandLine.TypeConversionException;

/** Reads what stands on the command line; what is not acceptable is wrong usage. */
final class Arguments {
    private Arguments() {}

    static RequestKey key(String text) {
        try {
            return new RequestKey(text);
        } catch (InvalidRequestException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    static FormatName format(String text) {
        try {
            return new FormatName(text);
        } catch (InvalidRequestException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** A time span, written as in app.conf. */
    static Duration duration(String text) {
        try {
            Duration duration = ConfigFactory.parseMap(Map.of("duration", text)).getDuration("duration");
            if (text.matches(".*[a-zA-Z]") && !duration.isNegative()) {
                return duration;
            }
            throw new TypeConversionException("'" + text + "' is no time span; write a number and a unit, such as 90s");
        } catch (ConfigException e) {
            throw new TypeConversionException("'" + text + "' is no time span; write a number and a unit, such as 90s");
        }
    }

    /** A file that is named on the command line to be read. */
    static Path existing(Path file) {
        if (!Files.exists(file)) {
            throw new UsageException(file + ": there is no such file");
        }
        return file;
    }

    /** The request for a path and its query. */
    static BatchRequest.Builder request(String text) {
        if (!text.startsWith("/")) {
            throw new UsageException(
                    "'" + Shown.line(text) + "' does not begin with a slash; give path and query alone,"
                            + " in quotes, such as '/report?year=2024'");
        }
        try {
            return BatchRequest.parse(text);
        } catch (InvalidRequestException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
