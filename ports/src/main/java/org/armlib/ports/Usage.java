package org.armlib.ports;

import java.math.BigDecimal;

/**
 * What an adapter has used of one thing that is paid for.
 *
 * @param item what is counted, in the service's own words
 * @param count how much, in units of the price list; may have a fraction
 * @param dollarsPerMillion what a million of it costs, by the price list
 * @param priceList which prices: where, what for, and of when
 */
public record Usage(String item, double count, BigDecimal dollarsPerMillion, String priceList) {}
