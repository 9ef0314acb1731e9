// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taffrail.model.HostPort;
import io.taffrail.testsupport.FreePorts;
import io.taffrail.workload.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private static final int HERE = 1;
    private static final int THERE = 2;
    private static final int MOST_MS = 30_000;

    private final Links links = new Links();
    private ServerSocket node;
    private Relay relay;

    @BeforeEach
    void open() throws IOException {
        node = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        node.setSoTimeout(MOST_MS);
        HostPort target = new HostPort("127.0.0.1", node.getLocalPort());
        relay = new Relay(FreePorts.next(), target, THERE, links, accepted -> HERE);
        relay.open();
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        node.close();
    }

    @Test
    void passesBothDirectionsOn() throws IOException {
        try (Socket one = connect();
                Socket other = node.accept()) {
            one.getOutputStream().write(7);
            assertThat(other.getInputStream().read()).isEqualTo(7);
            other.getOutputStream().write(8);
            assertThat(one.getInputStream().read()).isEqualTo(8);
        }
    }

    @Test
    void passesTheEndOn() throws IOException {
        try (Socket one = connect()) {
            node.accept().close();
            assertThat(one.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void holdsOnlyTheDirectionThatIsCut() throws Exception {
        try (Socket one = connect();
                Socket other = node.accept()) {
            links.cut(HERE, THERE);
            one.getOutputStream().write(7);
            Deadline.await("it is held", () -> links.hindered(HERE, THERE) > 0);
            other.getOutputStream().write(8);
            assertThat(one.getInputStream().read()).isEqualTo(8);
            assertThat(other.getInputStream().available()).isZero();

            links.heal();
            assertThat(other.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void holdsWhatOpensAConnection() throws Exception {
        links.cutBoth(HERE, THERE);
        try (Socket one = connect()) {
            one.getOutputStream().write(7);
            Deadline.await("it is held", () -> links.hindered(HERE, THERE) > 0);
            links.heal();
            try (Socket other = node.accept()) {
                assertThat(other.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @Test
    void countsWhatComesLate() throws Exception {
        try (Socket one = connect();
                Socket other = node.accept()) {
            links.delay(HERE, THERE, Duration.ofMillis(1));
            one.getOutputStream().write(7);
            assertThat(other.getInputStream().read()).isEqualTo(7);
            assertThat(links.hindered(HERE, THERE)).isEqualTo(1);
        }
    }

    @Test
    void resetsWhatStandsAndWhatIsHeld() throws Exception {
        try (Socket one = connect();
                Socket other = node.accept()) {
            links.cut(HERE, THERE);
            one.getOutputStream().write(7);
            Deadline.await("it is held", () -> links.hindered(HERE, THERE) > 0);
            relay.reset();
            assertThatThrownBy(() -> one.getInputStream().read()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> other.getInputStream().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesAndTakesConnectionsAgain() throws IOException {
        relay.refuse();
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        relay.open();
        try (Socket one = connect();
                Socket other = node.accept()) {
            one.getOutputStream().write(7);
            assertThat(other.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void listensOnceTheNodeDoes() throws Exception {
        HostPort later = FreePorts.next();
        try (Relay early = new Relay(FreePorts.next(), later, THERE, links, accepted -> HERE)) {
            early.openWithNode();
            assertThatThrownBy(() -> connect(early)).isInstanceOf(ConnectException.class);
            try (ServerSocket there =
                    new ServerSocket(later.port(), 10, InetAddress.getLoopbackAddress())) {
                assertThat(there.isBound()).isTrue();
                Deadline.await("the relay listens", () -> listens(early));
            }
        }
    }

    private static boolean listens(Relay relay) {
        try (Socket socket = connect(relay)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void knowsWhoOpenedAConnection() throws IOException {
        assumeTrue(SocketOwners.areShown());
        long self = ProcessHandle.current().pid();
        try (Socket one = new Socket(InetAddress.getLoopbackAddress(), node.getLocalPort());
                Socket accepted = node.accept()) {
            assertThat(one.isConnected()).isTrue();
            assertThat(SocketOwners.opener(accepted, Set.of(1L, self))).hasValue(self);
            assertThat(SocketOwners.opener(accepted, Set.of(1L))).isEmpty();
        }
    }

    private Socket connect() throws IOException {
        return connect(relay);
    }

    private static Socket connect(Relay relay) throws IOException {
        Socket socket = new Socket(relay.address().host(), relay.address().port());
        socket.setSoTimeout(MOST_MS);
        return socket;
    }
}
