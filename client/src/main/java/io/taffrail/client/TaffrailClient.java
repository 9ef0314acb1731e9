// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.client.connection.Connection;
import io.taffrail.client.control.RemoteAdmin;
import io.taffrail.client.fetch.StreamingConsumer;
import io.taffrail.client.produce.StreamingProducer;
import io.taffrail.model.Clock;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A client of one cluster: what producers, consumers and admin calls share, namely connections and
 * the cluster's metadata. One for a process is enough. For any thread; to be closed, which closes
 * what was made by it.
 */
public final class TaffrailClient implements AutoCloseable {
    private final Connection connection;
    private final Admin admin;
    private final Set<Producer> producers = ConcurrentHashMap.newKeySet();
    private final Set<Consumer> consumers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private TaffrailClient(ClientSettings settings) {
        this.connection = new Connection(settings, Clock.SYSTEM);
        this.admin = new RemoteAdmin(connection);
    }

    /**
     * A client with default settings. Connects when it is first used.
     *
     * @param bootstrap one or several brokers, {@code host:port,host:port,…}
     * @throws IllegalArgumentException naming what is wrong with {@code bootstrap}
     */
    public static TaffrailClient connect(String bootstrap) {
        return connect(ClientSettings.of(bootstrap));
    }

    /** A client with these settings. Connects when it is first used. */
    public static TaffrailClient connect(ClientSettings settings) {
        return new TaffrailClient(settings);
    }

    public Producer newProducer() {
        return newProducer(ProducerSettings.defaults());
    }

    public Producer newProducer(ProducerSettings settings) {
        requireOpen();
        Closing closing = new Closing();
        Producer producer = new StreamingProducer(settings, connection, Clock.SYSTEM, closing);
        closing.then = () -> producers.remove(producer);
        producers.add(producer);
        return producer;
    }

    public Consumer newConsumer() {
        return newConsumer(ConsumerSettings.defaults());
    }

    public Consumer newConsumer(ConsumerSettings settings) {
        requireOpen();
        Closing closing = new Closing();
        Consumer consumer = new StreamingConsumer(settings, connection, admin, closing);
        closing.then = () -> consumers.remove(consumer);
        consumers.add(consumer);
        return consumer;
    }

    public Admin admin() {
        return admin;
    }

    /**
     * Waits for what a call of this client gave.
     *
     * @throws TaffrailException what the call failed with
     */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TaffrailException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the client is closed");
        }
    }

    /** Closes producers, which wait for what they have, then consumers and connections. */
    @Override
    public void close() {
        closed = true;
        producers.forEach(Producer::close);
        consumers.forEach(Consumer::close);
        connection.close();
    }

    /** What a producer or consumer runs when it is closed; it is not there yet when it is made. */
    private static final class Closing implements Runnable {
        private volatile Runnable then;

        @Override
        public void run() {
            then.run();
        }
    }
}
