// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

/** Where replicas that follow get their entries from. Must not block. */
public interface ReplicaStreams {
    /** The replica follows from now on, until it {@link ReplicationTarget#isOver is over}. */
    void follow(ReplicationTarget target);
}
