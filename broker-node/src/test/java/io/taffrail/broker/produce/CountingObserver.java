// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up what it is told. */
final class CountingObserver implements ProduceObserver {
    final AtomicInteger requests = new AtomicInteger();
    final AtomicLong bytes = new AtomicLong();
    final AtomicInteger acknowledgedRecords = new AtomicInteger();
    final AtomicInteger openSlots = new AtomicInteger();
    final List<String> failures = new CopyOnWriteArrayList<>();

    @Override
    public void received(int size) {
        requests.incrementAndGet();
        bytes.addAndGet(size);
    }

    @Override
    public void acknowledged(int records, long nanos) {
        acknowledgedRecords.addAndGet(records);
    }

    @Override
    public void failed(String reason) {
        failures.add(reason);
    }

    @Override
    public void slotOpened() {
        openSlots.incrementAndGet();
    }

    @Override
    public void slotClosed() {
        openSlots.decrementAndGet();
    }
}
