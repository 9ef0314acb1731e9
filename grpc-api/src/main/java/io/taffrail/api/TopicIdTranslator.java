// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.taffrail.model.TopicId;
import java.nio.ByteBuffer;

/** Topic ids as the internal services carry them, in 16 bytes; the public ones carry text. */
public final class TopicIdTranslator {
    private TopicIdTranslator() {}

    /**
     * Reads 16 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static TopicId toModel(ByteString bytes) {
        if (bytes.size() != TopicId.BYTES) {
            throw new IllegalArgumentException(
                    "a topic id has " + TopicId.BYTES + " bytes, this one " + bytes.size());
        }
        return TopicId.read(bytes.asReadOnlyByteBuffer());
    }

    public static ByteString toProto(TopicId topicId) {
        ByteBuffer bytes = ByteBuffer.allocate(TopicId.BYTES);
        topicId.writeTo(bytes);
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }
}
