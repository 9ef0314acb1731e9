// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.taffrail.model.cluster.DirectoryId;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Ids of directories and of processes, in 16 bytes. */
public final class DirectoryIdTranslator {
    private DirectoryIdTranslator() {}

    /**
     * Reads 16 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static DirectoryId toModel(ByteString bytes) {
        return new DirectoryId(toUuid(bytes));
    }

    /** Reads each of them, as {@link #toModel} does. */
    public static List<DirectoryId> toModels(List<ByteString> ids) {
        return ids.stream().map(DirectoryIdTranslator::toModel).toList();
    }

    /**
     * Reads 16 bytes, of a process's incarnation.
     *
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static UUID toUuid(ByteString bytes) {
        if (bytes.size() != DirectoryId.BYTES) {
            throw new IllegalArgumentException(
                    "an id has " + DirectoryId.BYTES + " bytes, this one " + bytes.size());
        }
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    public static ByteString toProto(DirectoryId id) {
        return toProto(id.uuid());
    }

    public static List<ByteString> toProtos(Collection<DirectoryId> ids) {
        return ids.stream().map(DirectoryIdTranslator::toProto).toList();
    }

    public static ByteString toProto(UUID id) {
        ByteBuffer bytes = ByteBuffer.allocate(DirectoryId.BYTES);
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }
}
