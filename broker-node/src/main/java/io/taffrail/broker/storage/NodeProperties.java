// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.model.cluster.DirectoryId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code node.properties}: whose directory this is. Written when it is formatted, and once
 * more when the node joins its cluster.
 *
 * @param formatVersion of the whole directory
 * @param clusterId empty until the node joined one
 */
record NodeProperties(
        int formatVersion, int nodeId, DirectoryId directoryId, Optional<String> clusterId) {
    /** The newest format that this version reads, and the one that it writes. */
    static final int FORMAT_VERSION = 1;

    static final String FILE_NAME = "node.properties";

    private static final String KIND = "taffrail-node 1";

    /** Those of a directory that is being formatted. */
    static NodeProperties format(int nodeId, DirectoryId directoryId) {
        return new NodeProperties(FORMAT_VERSION, nodeId, directoryId, Optional.empty());
    }

    NodeProperties withClusterId(String id) {
        return new NodeProperties(formatVersion, nodeId, directoryId, Optional.of(id));
    }

    /** Durable, file and directory, when it returns. */
    void write(FileSystem files, Path dataDirectory) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("format_version " + formatVersion);
        lines.add("node_id " + nodeId);
        lines.add("directory_id " + directoryId);
        clusterId.ifPresent(id -> lines.add("cluster_id " + id));
        file(files, dataDirectory).replace(lines);
    }

    /**
     * Empty if there is no such file.
     *
     * @throws DamagedFileException if it is not what was written
     * @throws DataDirectoryException if the format is a newer one
     */
    static Optional<NodeProperties> read(FileSystem files, Path dataDirectory) throws IOException {
        SmallFile file = file(files, dataDirectory);
        Optional<List<String>> lines = file.read();
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        FileFields fields = FileFields.of(file.path(), lines.get());
        long version = fields.number("format_version");
        if (version > FORMAT_VERSION) {
            throw new DataDirectoryException(
                    dataDirectory
                            + " has format version "
                            + version
                            + ", this version of Taffrail reads up to "
                            + FORMAT_VERSION
                            + ". Nothing was changed; start the version that wrote it, or a later"
                            + " one");
        }
        return Optional.of(
                new NodeProperties(
                        (int) version,
                        (int) fields.number("node_id"),
                        fields.parsed("directory_id", DirectoryId::parse),
                        fields.optional("cluster_id")));
    }

    private static SmallFile file(FileSystem files, Path dataDirectory) {
        return new SmallFile(files, dataDirectory.resolve(FILE_NAME), KIND);
    }
}
