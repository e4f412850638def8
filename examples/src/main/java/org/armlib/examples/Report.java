package org.armlib.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Year;
import org.armlib.domain.Parameters;

/** Stands for the slow computation that a program has: writes as many lines as the year has days. */
final class Report {
    private Report() {}

    static void report(Parameters parameters, OutputStream out) throws IOException {
        int year = Integer.parseInt(parameters.get("year").get(0));
        StringBuilder csv = new StringBuilder("day\n");
        for (int day = 1; day <= Year.of(year).length(); day++) {
            csv.append(year).append('-').append(day).append('\n');
        }
        out.write(csv.toString().getBytes(StandardCharsets.UTF_8));
    }
}
