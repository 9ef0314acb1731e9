// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.client.ProducerSettings;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.Failure;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.util.function.Consumer;

/**
 * What the writers of one producer share.
 *
 * @param spareBuilders takes builders that may be used again
 * @param onFenced told that another instance of this producer has taken over
 */
record WriterContext(
        ProducerSettings settings,
        Connection connection,
        BufferBudget budget,
        ProducerTurn turn,
        ProduceStreams streams,
        IdentitySource identities,
        Consumer<RecordBatchBuilder> spareBuilders,
        Consumer<Failure> onFenced) {}
