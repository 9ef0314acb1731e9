// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.model.batch.Compression;
import java.util.Optional;

/** Codecs. */
public final class CompressionTranslator {
    private CompressionTranslator() {}

    public static io.taffrail.api.v1.Compression toProto(Compression compression) {
        return switch (compression) {
            case NONE -> io.taffrail.api.v1.Compression.COMPRESSION_NONE;
            case GZIP -> io.taffrail.api.v1.Compression.COMPRESSION_GZIP;
            case SNAPPY -> io.taffrail.api.v1.Compression.COMPRESSION_SNAPPY;
            case LZ4 -> io.taffrail.api.v1.Compression.COMPRESSION_LZ4;
            case ZSTD -> io.taffrail.api.v1.Compression.COMPRESSION_ZSTD;
        };
    }

    /** Unspecified is {@link Compression#NONE}. Empty for one that only a later version knows. */
    public static Optional<Compression> toModel(io.taffrail.api.v1.Compression compression) {
        return switch (compression) {
            case COMPRESSION_UNSPECIFIED, COMPRESSION_NONE -> Optional.of(Compression.NONE);
            case COMPRESSION_GZIP -> Optional.of(Compression.GZIP);
            case COMPRESSION_SNAPPY -> Optional.of(Compression.SNAPPY);
            case COMPRESSION_LZ4 -> Optional.of(Compression.LZ4);
            case COMPRESSION_ZSTD -> Optional.of(Compression.ZSTD);
            case UNRECOGNIZED -> Optional.empty();
        };
    }
}
