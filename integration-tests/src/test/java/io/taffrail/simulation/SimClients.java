// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.model.HostPort;
import io.taffrail.simulation.network.SimHost;
import io.taffrail.testsupport.SimulatedProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Producers and readers, on a machine of their own that nothing happens to. */
public final class SimClients {
    private static final int HOST_ID = 900;

    private final SimWorld world;
    private final SimHistory history;
    private final SimHost host;
    private final SimulatedProcess process;
    private final List<HostPort> brokers;
    private final List<SimProducer> producers = new ArrayList<>();
    private final List<SimReader> readers = new ArrayList<>();
    private boolean stopped;

    SimClients(SimWorld world, List<HostPort> brokers, SimHistory history) {
        this.world = world;
        this.history = history;
        this.brokers = brokers;
        this.host = world.network().addHost(HOST_ID, SimNode.address(HOST_ID));
        this.process =
                new SimulatedProcess(
                        world.scheduler(), "clients", failure -> world.failed("a client", failure));
    }

    public SimHistory history() {
        return history;
    }

    SimDoor door() {
        return new SimDoor(world, brokers, world.network().channelsOf(host, process));
    }

    /** Begins to produce into the partitions that nobody works on yet, and to read them. */
    void work(String topic, int partitions) {
        while (!stopped && producers.size() < partitions) {
            int partition = producers.size();
            produce(topic, partition);
            read(topic, partition);
        }
    }

    private void produce(String topic, int partition) {
        String name = "p" + producers.size();
        SimProducer producer = producer(name, topic, partition, history, RecordForm.PLAIN);
        producers.add(producer);
        producer.start();
    }

    /** One that is the caller's to start and to stop. */
    SimProducer producer(
            String name, String topic, int partition, SimHistory written, RecordForm form) {
        return new SimProducer(
                world, written, door(), process.executor(name), name, topic, partition, form);
    }

    private void read(String topic, int partition) {
        String readerName = "r" + readers.size();
        SimReader reader =
                new SimReader(
                        world,
                        history,
                        door(),
                        process.executor(readerName),
                        readerName,
                        topic,
                        partition);
        readers.add(reader);
        reader.start();
    }

    void stopProducing() {
        stopped = true;
        producers.forEach(SimProducer::stop);
    }

    /** Whether all that was sent was answered. */
    boolean allAnswered() {
        return producers.stream().allMatch(SimProducer::isIdle);
    }

    /** Reads every partition from its start, in the place of all readers there were. */
    void readAnew(String topic) {
        readers.forEach(SimReader::stop);
        readers.clear();
        history.forgetReads();
        IntStream.range(0, producers.size()).forEach(partition -> read(topic, partition));
    }

    /** Whether every reader has all that was acknowledged. */
    boolean allRead() {
        return readers.stream()
                .allMatch(
                        reader ->
                                reader.nextOffset() >= history.acknowledgedEnd(reader.partition()));
    }
}
