// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Tells a process that is gone from one that is only silent (P6). */
public interface PortProbe {
    /** Whether the port refuses or resets a connection. Blocks for a short time. */
    boolean isGone(HostPort address);

    /** Over TCP; a host that does not answer at all proves nothing. */
    static PortProbe tcp(Duration atMost) {
        return address -> {
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(address.host(), address.port()),
                        (int) atMost.toMillis());
                return false;
            } catch (ConnectException e) {
                return e.getMessage() != null && e.getMessage().contains("refused");
            } catch (IOException e) {
                return false;
            }
        };
    }
}
