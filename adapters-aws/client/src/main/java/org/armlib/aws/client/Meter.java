package org.armlib.aws.client;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import org.armlib.ports.Usage;

/** Counts what is used of one thing that is paid for. Safe for use by many threads. */
public final class Meter {
    private final String item;
    private final BigDecimal dollarsPerMillion;
    private final String priceList;
    private final DoubleAdder count = new DoubleAdder();

    /** Counts {@code item}, from zero. */
    public Meter(String item, String dollarsPerMillion, String priceList) {
        this.item = item;
        this.dollarsPerMillion = new BigDecimal(dollarsPerMillion);
        this.priceList = priceList;
    }

    /** So much more was used. */
    public void add(double units) {
        count.add(units);
    }

    /** What was used so far. */
    public Usage usage() {
        return new Usage(item, count.sum(), dollarsPerMillion, priceList);
    }

    /** What was used so far of each. */
    public static List<Usage> usage(List<Meter> meters) {
        return meters.stream().map(Meter::usage).toList();
    }
}
