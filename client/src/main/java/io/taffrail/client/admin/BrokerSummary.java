// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

/**
 * A broker in a line.
 *
 * @param brokerEpoch number of its registration; each start makes a new one
 * @param address where clients reach it, host:port
 * @param rack empty: none
 * @param readOnly it takes no appends: its disk is at the reserve
 * @param decommissioning all replicas are being moved off it
 */
public record BrokerSummary(
        int brokerId,
        long brokerEpoch,
        String address,
        String rack,
        State state,
        boolean readOnly,
        boolean decommissioning) {
    /** How the controllers count a broker. */
    public enum State {
        UNKNOWN,
        /** Not counted as alive: just started, silent, or stopped. */
        FENCED,
        /** Alive. */
        ACTIVE,
        /** Handing its leaderships over before it stops. */
        SHUTTING_DOWN
    }
}
