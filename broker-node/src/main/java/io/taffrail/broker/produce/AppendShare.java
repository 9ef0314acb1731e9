// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.BatchRefusedException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.NewRecordTranslator;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.util.List;

/**
 * The records of an Append that go to one partition, as one batch.
 *
 * @param records their places in the request, ascending
 */
record AppendShare(PartitionQuery query, List<Integer> records) {
    /**
     * Makes the batch.
     *
     * @param nowMs the time of records that have none
     */
    ProducedBatch batch(AppendTerms terms, long nowMs) throws RejectedRequestException {
        RecordBatchBuilder batch = terms.newBatch();
        for (int at : records) {
            try {
                NewRecordTranslator.appendTo(batch, terms.request().getRecords(at), nowMs);
            } catch (BatchRefusedException e) {
                throw RejectedRequestException.of(
                        LogFailure.of(e.fault().error(), e.fault().message())
                                .inField("records[" + at + "]"));
            }
        }
        return batch.build();
    }
}
