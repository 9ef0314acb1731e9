// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import java.util.OptionalLong;

/** What the leader's metadata says of other brokers. */
public interface ClusterMembers {
    /** The registration of a broker, whether it is alive or not; empty: it is not known. */
    OptionalLong brokerEpoch(int brokerId);

    /** Whether a broker is alive, stays, and takes entries: else it could not be in sync. */
    boolean mayJoin(int brokerId);
}
