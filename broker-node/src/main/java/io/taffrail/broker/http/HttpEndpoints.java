// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.http;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * {@code /metrics}, {@code /healthz} and {@code /readyz} of a node. For people and machines that
 * watch it, not for clients: a few threads of its own, so that a slow scrape takes nothing from the
 * serving of records.
 */
public final class HttpEndpoints implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int BACKLOG = 64;
    private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

    static {
        // Seconds. Without a limit, a few clients that never finish their requests would take all
        // threads, and the node would seem dead. The server reads these once, when it is loaded.
        limit("sun.net.httpserver.maxReqTime", "5");
        limit("sun.net.httpserver.maxRspTime", "30");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final HostPort address;

    private HttpEndpoints(HttpServer server, ExecutorService threads, HostPort address) {
        this.server = server;
        this.threads = threads;
        this.address = address;
    }

    /**
     * Begins to serve.
     *
     * @param listen port 0: a free one
     * @param notReadyReasons what the node waits for before it is ready, a sentence each; empty
     *     once it is. Called by several threads
     * @throws IOException if it cannot listen there; the message is for the operator
     */
    public static HttpEndpoints start(
            HostPort listen,
            PrometheusMeterRegistry registry,
            Supplier<List<String>> notReadyReasons)
            throws IOException {
        HttpServer server = bind(listen);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, HttpEndpoints::thread);
        server.setExecutor(threads);
        server.createContext("/", new PageHandler(pages(registry, notReadyReasons)));
        server.start();
        return new HttpEndpoints(server, threads, listen.withPort(server.getAddress().getPort()));
    }

    private static void limit(String property, String seconds) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, seconds);
        }
    }

    private static List<Page> pages(
            PrometheusMeterRegistry registry, Supplier<List<String>> notReadyReasons) {
        return List.of(
                new Page("/metrics", accept -> Scrape.of(registry, accept)),
                new Page("/healthz", accept -> Answer.text(200, "alive\n")),
                new Page("/readyz", accept -> readiness(notReadyReasons.get())));
    }

    private static Answer readiness(List<String> reasons) {
        return reasons.isEmpty()
                ? Answer.text(200, "ready\n")
                : Answer.text(503, "not ready:\n" + String.join("\n", reasons) + "\n");
    }

    private static HttpServer bind(HostPort listen) throws IOException {
        InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
        if (address.isUnresolved()) {
            throw new IOException(
                    "cannot serve HTTP on "
                            + listen
                            + ": the host has no address; check http.listen");
        }
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (BindException e) {
            throw new IOException(
                    "cannot serve HTTP on "
                            + listen
                            + ": "
                            + e.getMessage()
                            + "; stop what listens there, or set http.listen to another address",
                    e);
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "taffrail-http-" + THREAD_NUMBER.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Where it listens, with the port that was chosen. */
    public HostPort address() {
        return address;
    }

    /** Stops at once. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
