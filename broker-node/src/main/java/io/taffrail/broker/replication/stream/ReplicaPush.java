// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.api.internal.v1.ReplicateResponse;
import java.nio.ByteBuffer;

/**
 * What a leader pushes: a message without {@code batches}, and what stood behind it, a run of
 * entries as they are stored.
 */
record ReplicaPush(ReplicateResponse header, ByteBuffer entries) {}
