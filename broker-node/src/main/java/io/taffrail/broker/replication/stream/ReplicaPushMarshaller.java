// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.taffrail.api.internal.v1.ReplicateResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads what leaders push: the bytes once into an array of their size, which the entries then are a
 * view of. Entries are not decoded: the log looks at them as it takes them.
 */
final class ReplicaPushMarshaller implements MethodDescriptor.Marshaller<ReplicaPush> {
    @Override
    public ReplicaPush parse(InputStream stream) {
        try {
            byte[] bytes =
                    stream instanceof KnownLength
                            ? stream.readNBytes(stream.available())
                            : stream.readAllBytes();
            int entriesAt = entriesAt(bytes);
            return new ReplicaPush(
                    ReplicateResponse.parser().parseFrom(bytes, 0, entriesAt),
                    ByteBuffer.wrap(bytes, entriesAt, bytes.length - entriesAt).slice());
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("the leader's message cannot be read")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** Batches come last, by the contract. */
    private static int entriesAt(byte[] bytes) throws IOException {
        CodedInputStream fields = CodedInputStream.newInstance(bytes);
        while (true) {
            int at = fields.getTotalBytesRead();
            int tag = fields.readTag();
            if (tag == 0
                    || WireFormat.getTagFieldNumber(tag)
                            == ReplicateResponse.BATCHES_FIELD_NUMBER) {
                return at;
            }
            fields.skipField(tag);
        }
    }

    /** For the sending side, which a follower does not have. */
    @Override
    public InputStream stream(ReplicaPush value) {
        throw new UnsupportedOperationException("only reads");
    }
}
