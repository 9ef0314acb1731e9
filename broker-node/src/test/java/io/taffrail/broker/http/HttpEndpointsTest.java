// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpEndpointsTest {
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ProcessMetrics process = ProcessMetrics.bindTo(registry);
    private final AtomicReference<Supplier<List<String>>> reasons = new AtomicReference<>(List::of);
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpEndpoints endpoints;

    @BeforeEach
    void start() throws IOException {
        endpoints = HttpEndpoints.start(ANY_PORT, registry, () -> reasons.get().get());
    }

    @AfterEach
    void stop() {
        endpoints.close();
        process.close();
        registry.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + endpoints.address() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void givesTheMetrics() throws Exception {
        registry.counter("taffrail.test").increment(3);
        HttpResponse<String> response = send(request("/metrics"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
        assertThat(response.body())
                .contains("taffrail_test_total 3.0")
                .contains("jvm_memory_used_bytes{")
                .contains("process_uptime_seconds");
    }

    @Test
    void givesOpenMetricsToWhoAsksForIt() throws Exception {
        HttpResponse<String> response =
                send(
                        request("/metrics")
                                .header(
                                        "Accept",
                                        "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"));
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/openmetrics-text");
        assertThat(response.body()).endsWith("# EOF\n");
    }

    @Test
    void isAlive() throws Exception {
        reasons.set(() -> List.of("not yet"));
        assertThat(send(request("/healthz")).statusCode()).isEqualTo(200);
    }

    @Test
    void saysWhatItWaitsForUntilItIsReady() throws Exception {
        reasons.set(() -> List.of("the broker is fenced", "2 logs are being recovered"));
        HttpResponse<String> waiting = send(request("/readyz"));
        assertThat(waiting.statusCode()).isEqualTo(503);
        assertThat(waiting.body())
                .isEqualTo("not ready:\nthe broker is fenced\n2 logs are being recovered\n");
        reasons.set(List::of);
        HttpResponse<String> ready = send(request("/readyz"));
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("ready\n");
    }

    @Test
    void survivesABugInWhatItAsks() throws Exception {
        reasons.set(
                () -> {
                    throw new IllegalStateException("a bug");
                });
        assertThat(send(request("/readyz")).statusCode()).isEqualTo(500);
        assertThat(send(request("/healthz")).statusCode()).isEqualTo(200);
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        reasons.set(() -> List.of("not yet"));
        HttpResponse<String> response =
                send(request("/readyz").method("HEAD", BodyPublishers.noBody()));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Content-Length")).contains("19");
    }

    @Test
    void refusesToBeWrittenTo() throws Exception {
        HttpResponse<String> response =
                send(request("/metrics").POST(BodyPublishers.ofString("x")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void saysWhichPagesThereAre() throws Exception {
        for (String path : List.of("/", "/metrics/x", "/healthzz")) {
            HttpResponse<String> response = send(request(path));
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("/metrics, /healthz, /readyz");
        }
    }

    @Test
    void saysThatThePortIsTaken() {
        HostPort taken = endpoints.address();
        assertThatThrownBy(() -> HttpEndpoints.start(taken, registry, List::of))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot serve HTTP on " + taken)
                .hasMessageContaining("set http.listen to another address");
    }

    @Test
    void saysThatTheHostHasNoAddress() {
        HostPort nowhere = new HostPort("nowhere.invalid", 0);
        assertThatThrownBy(() -> HttpEndpoints.start(nowhere, registry, List::of))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere.invalid:0: the host has no address");
    }

    @Test
    void answersInSpiteOfClientsThatNeverFinishTheirRequests() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Socket socket =
                        new Socket(InetAddress.getLoopbackAddress(), endpoints.address().port());
                stalled.add(socket);
                socket.getOutputStream().write("GET /metr".getBytes(US_ASCII));
            }
            HttpRequest.Builder request = request("/healthz").timeout(Duration.ofMinutes(2));
            assertThat(send(request).statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    @Test
    void freesThePortWhenClosed() throws Exception {
        HostPort address = endpoints.address();
        endpoints.close();
        endpoints = HttpEndpoints.start(address, registry, List::of);
        assertThat(send(request("/healthz")).statusCode()).isEqualTo(200);
    }
}
