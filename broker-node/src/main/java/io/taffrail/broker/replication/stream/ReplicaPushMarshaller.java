// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.grpc.MethodDescriptor;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.broker.ReceivedMessage;
import java.io.InputStream;

/** Reads what leaders push. Entries are not decoded: the log looks at them as it takes them. */
final class ReplicaPushMarshaller implements MethodDescriptor.Marshaller<ReplicaPush> {
    @Override
    public ReplicaPush parse(InputStream stream) {
        ReceivedMessage.Parts<ReplicateResponse> parts =
                ReceivedMessage.read(stream)
                        .split(
                                ReplicateResponse.parser(),
                                field -> field == ReplicateResponse.BATCHES_FIELD_NUMBER);
        return new ReplicaPush(parts.header(), parts.content());
    }

    /** For the sending side, which a follower does not have. */
    @Override
    public InputStream stream(ReplicaPush value) {
        throw new UnsupportedOperationException("only reads");
    }
}
