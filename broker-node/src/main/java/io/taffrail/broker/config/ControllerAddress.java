// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import io.taffrail.model.HostPort;

/**
 * A controller, as every node of the cluster is told of it: {@code id@host:raftPort:apiPort}.
 *
 * @param id its node id
 * @param host a name or an address, an IPv6 address without brackets
 */
public record ControllerAddress(int id, String host, int raftPort, int apiPort) {
    /** Reads the text form, an IPv6 address in brackets. */
    static ControllerAddress parse(String text) {
        int at = text.indexOf('@');
        int lastColon = text.lastIndexOf(':');
        if (at < 1 || lastColon < at || !text.substring(0, at).matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("'" + text + "' is not id@host:raftPort:apiPort");
        }
        HostPort raft = HostPort.parse(text.substring(at + 1, lastColon));
        HostPort api = HostPort.parse("[" + raft.host() + "]" + text.substring(lastColon));
        if (raft.port() == 0 || api.port() == 0) {
            throw new IllegalArgumentException("'" + text + "' has a port 0");
        }
        return new ControllerAddress(
                Integer.parseInt(text.substring(0, at)), raft.host(), raft.port(), api.port());
    }

    /** Where it speaks Raft. */
    public HostPort raft() {
        return new HostPort(host, raftPort);
    }

    /** Where it serves the API. */
    public HostPort api() {
        return new HostPort(host, apiPort);
    }

    @Override
    public String toString() {
        return id + "@" + raft() + ":" + apiPort;
    }
}
