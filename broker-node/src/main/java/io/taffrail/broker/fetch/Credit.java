// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.InvalidRequestException.requireNotNegative;

import io.taffrail.api.v1.Demand;

/**
 * What a reader has granted to a slot and the slot has not spent. A unit counts only if the first
 * grant named it. Balances may fall below zero, by one batch; later grants pay that off first.
 */
final class Credit {
    private final long maxBytes;
    private final boolean countsBytes;
    private final boolean countsRecords;
    private long bytes;
    private long records;

    private Credit(Demand first, long maxBytes) {
        this.maxBytes = maxBytes;
        this.countsBytes = first.hasBytes();
        this.countsRecords = first.hasRecords();
    }

    /**
     * The credit of a slot that opens with this demand; the default one for a slot without.
     *
     * @throws InvalidRequestException if it is negative
     */
    static Credit opened(Demand first, long maxBytes) throws InvalidRequestException {
        Credit credit = new Credit(first, maxBytes);
        credit.grant("open.demand", first);
        return credit;
    }

    /**
     * Adds to the balances of the units that count.
     *
     * @throws InvalidRequestException if it is negative; nothing is then added
     */
    void grant(String field, Demand demand) throws InvalidRequestException {
        requireNotNegative(field + ".bytes", demand.getBytes());
        requireNotNegative(field + ".records", demand.getRecords());
        bytes = Math.min(plus(bytes, demand.getBytes()), maxBytes);
        records = plus(records, demand.getRecords());
    }

    /** What is granted at present, as the first demand of another slot. */
    Demand asDemand() {
        Demand.Builder demand = Demand.newBuilder();
        if (countsBytes) {
            demand.setBytes(bytes);
        }
        if (countsRecords) {
            demand.setRecords(records);
        }
        return demand.build();
    }

    void spend(long costBytes, long costRecords) {
        bytes -= countsBytes ? costBytes : 0;
        records -= countsRecords ? costRecords : 0;
    }

    /** Whether something may be sent. */
    boolean isPositive() {
        return bytes() > 0 && records() > 0;
    }

    /** What may be spent; the largest number if bytes do not count. */
    long bytes() {
        return countsBytes ? bytes : Long.MAX_VALUE;
    }

    /** What may be spent; the largest number if records do not count. */
    long records() {
        return countsRecords ? records : Long.MAX_VALUE;
    }

    private static long plus(long balance, long grant) {
        return balance > Long.MAX_VALUE - grant && balance > 0 ? Long.MAX_VALUE : balance + grant;
    }
}
