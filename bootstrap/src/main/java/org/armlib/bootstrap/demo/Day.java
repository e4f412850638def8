package org.armlib.bootstrap.demo;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * The weather of one day.
 *
 * @param precipitation in millimetres
 * @param tempMax in degrees Celsius
 * @param tempMin in degrees Celsius
 * @param wind as the source has it
 * @param weather drizzle, fog, rain, snow or sun
 */
record Day(
        LocalDate date,
        BigDecimal precipitation,
        BigDecimal tempMax,
        BigDecimal tempMin,
        BigDecimal wind,
        String weather) {

    /** Reads a line of the data set. */
    static Day parse(String line) {
        String[] cells = line.split(",", -1);
        return new Day(
                LocalDate.parse(cells[0]),
                new BigDecimal(cells[1]),
                new BigDecimal(cells[2]),
                new BigDecimal(cells[3]),
                new BigDecimal(cells[4]),
                cells[5]);
    }
}
