// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.taffrail.broker.fetch.FetchObserver;
import io.taffrail.broker.produce.ProduceObserver;
import io.taffrail.broker.replication.ReplicaCounts;
import io.taffrail.broker.rpc.CallObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/** What this node tells of itself at {@code /metrics}. Names begin with {@code taffrail.}. */
public final class NodeMetrics implements ProduceObserver, FetchObserver, CallObserver {
    private final MeterRegistry registry;
    private final Counter producedBytes;
    private final Counter producedRecords;
    private final Timer produceLatency;
    private final Counter fetchedBytes;
    private final Counter fetchedRecords;
    private final LongAdder produceSlots = new LongAdder();
    private final LongAdder fetchStreams = new LongAdder();
    private final LongAdder fetchSlots = new LongAdder();
    private final LongAdder fetchHeldBytes = new LongAdder();

    public NodeMetrics(MeterRegistry registry) {
        this.registry = registry;
        producedBytes =
                Counter.builder("taffrail.produce.received")
                        .baseUnit("bytes")
                        .description("Requests to write, as they came in")
                        .register(registry);
        producedRecords =
                Counter.builder("taffrail.produce.records")
                        .description("Records acknowledged to producers")
                        .register(registry);
        produceLatency =
                Timer.builder("taffrail.produce.latency")
                        .description("From a request's arrival to its acknowledgement")
                        .publishPercentileHistogram()
                        .minimumExpectedValue(Duration.ofNanos(50_000))
                        .maximumExpectedValue(Duration.ofSeconds(30))
                        .register(registry);
        fetchedBytes =
                Counter.builder("taffrail.fetch.served")
                        .baseUnit("bytes")
                        .description("Records handed to readers")
                        .register(registry);
        fetchedRecords =
                Counter.builder("taffrail.fetch.records")
                        .description("Records handed to readers")
                        .register(registry);
        gauge("taffrail.produce.slots", "Open slots of producers", produceSlots);
        gauge("taffrail.fetch.streams", "Open streams of readers", fetchStreams);
        gauge("taffrail.fetch.slots", "Open slots of readers", fetchSlots);
        gauge(
                "taffrail.fetch.held.bytes",
                "Responses that their receivers have not taken yet",
                fetchHeldBytes);
    }

    private void gauge(String name, String description, LongAdder value) {
        gauge(name, description, value, LongAdder::doubleValue);
    }

    private <T> void gauge(String name, String description, T subject, ToDoubleFunction<T> value) {
        Gauge.builder(name, subject, value).description(description).register(registry);
    }

    /** The replicas of this broker. */
    void watch(ReplicaCounts replicas) {
        gauge("taffrail.replicas", "Replicas on this broker", replicas, ReplicaCounts::all);
        gauge(
                "taffrail.replicas.leading",
                "Partitions led by this broker",
                replicas,
                ReplicaCounts::leading);
        gauge(
                "taffrail.replicas.faulty",
                "Replicas that are damaged or cannot be opened",
                replicas,
                ReplicaCounts::offline);
        gauge("taffrail.log.bytes", "What the logs take", replicas, ReplicaCounts::logBytes);
    }

    @Override
    public void received(int bytes) {
        producedBytes.increment(bytes);
    }

    @Override
    public void acknowledged(int records, long nanos) {
        producedRecords.increment(records);
        produceLatency.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void failed(String reason) {
        Counter.builder("taffrail.produce.failures")
                .description("Requests, slots and streams of producers that ended with an error")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    @Override
    public void callEnded(String method, Status.Code code) {
        Counter.builder("taffrail.grpc.calls")
                .description("Calls that ended, by method and status code")
                .tag("method", method)
                .tag("code", code.name())
                .register(registry)
                .increment();
    }

    @Override
    public void slotOpened() {
        produceSlots.increment();
    }

    @Override
    public void slotClosed() {
        produceSlots.decrement();
    }

    @Override
    public void served(long bytes, long records) {
        fetchedBytes.increment((double) bytes);
        fetchedRecords.increment((double) records);
    }

    @Override
    public void streams(int change) {
        fetchStreams.add(change);
    }

    @Override
    public void slots(int change) {
        fetchSlots.add(change);
    }

    @Override
    public void heldBytes(long change) {
        fetchHeldBytes.add(change);
    }
}
