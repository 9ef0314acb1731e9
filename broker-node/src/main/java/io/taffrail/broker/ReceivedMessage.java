// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.IntPredicate;

/**
 * A message as it came: its bytes, read once into an array of their size, which all that is taken
 * of them is a view of. Records and entries are not copied again.
 */
public final class ReceivedMessage {
    private final byte[] bytes;

    /**
     * A message in two: what it says, read, and the entries that it carries, as they came.
     *
     * @param header the message without its content
     * @param content on the heap, so that nobody has to release it
     */
    public record Parts<T>(T header, ByteBuffer content) {}

    private ReceivedMessage(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads all that the transport has of one message.
     *
     * @throws StatusRuntimeException ends the call
     */
    public static ReceivedMessage read(InputStream stream) {
        try {
            return new ReceivedMessage(
                    stream instanceof KnownLength
                            ? stream.readNBytes(stream.available())
                            : stream.readAllBytes());
        } catch (IOException e) {
            throw unreadable("cannot read a message from the transport", e);
        }
    }

    /** As protobuf takes it; immutable, so that what is parsed of it may be a view. */
    public ByteString bytes() {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /**
     * Reads what comes before the content, which comes last by the contract.
     *
     * @param isContent whether a field is content, by its number
     * @throws StatusRuntimeException ends the call: this is no such message
     */
    public <T extends MessageLite> Parts<T> split(Parser<T> parser, IntPredicate isContent) {
        try {
            int headerBytes = headerBytes(isContent);
            return new Parts<>(
                    parser.parseFrom(bytes, 0, headerBytes),
                    ByteBuffer.wrap(bytes, headerBytes, bytes.length - headerBytes).slice());
        } catch (IOException e) {
            throw unreadable("not a message of this method", e);
        }
    }

    private int headerBytes(IntPredicate isContent) throws IOException {
        CodedInputStream fields = CodedInputStream.newInstance(bytes);
        while (true) {
            int at = fields.getTotalBytesRead();
            int tag = fields.readTag();
            if (tag == 0 || isContent.test(WireFormat.getTagFieldNumber(tag))) {
                return at;
            }
            fields.skipField(tag);
        }
    }

    private static StatusRuntimeException unreadable(String what, IOException cause) {
        return Status.INTERNAL.withDescription(what).withCause(cause).asRuntimeException();
    }
}
