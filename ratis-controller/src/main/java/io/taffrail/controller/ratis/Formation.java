// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.ControllerStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * What is written down before Raft starts for the first time (P5), in the file {@value #FILE}:
 * which cluster this is, and who formed it.
 *
 * @param clusterId a UUID, the name of the Raft group too
 * @param peerId this member
 * @param peers all members that formed the group, sorted
 * @param formed whether Raft has run: from then on its files must be there
 */
record Formation(UUID clusterId, String peerId, List<String> peers, boolean formed) {
    static final String FILE = "forming";

    Formation {
        peers = List.copyOf(new TreeSet<>(peers));
    }

    /** The cluster that these peers form: the same for each of them. */
    static Formation of(String peerId, List<String> peers) {
        String sorted = String.join("\n", new TreeSet<>(peers));
        UUID clusterId = UUID.nameUUIDFromBytes(sorted.getBytes(StandardCharsets.UTF_8));
        return new Formation(clusterId, peerId, peers, false);
    }

    Formation asFormed() {
        return new Formation(clusterId, peerId, peers, true);
    }

    void write(Path raftDirectory) throws IOException {
        String text =
                "cluster.id="
                        + clusterId
                        + "\npeer.id="
                        + peerId
                        + "\npeers="
                        + String.join(",", peers)
                        + "\nformed="
                        + formed
                        + "\n";
        DurableFiles.replace(raftDirectory.resolve(FILE), text + "crc32c=" + checksum(text) + "\n");
    }

    /** Reads what was written; empty if nothing was. */
    static Optional<Formation> read(Path raftDirectory)
            throws IOException, ControllerStartException {
        Path file = raftDirectory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int mark = text.indexOf("crc32c=");
        if (mark < 0
                || !text.substring(mark)
                        .equals("crc32c=" + checksum(text.substring(0, mark)) + "\n")) {
            throw new ControllerStartException(
                    "the file "
                            + file
                            + " is damaged: its checksum does not fit. Restore it from a backup of this disk.");
        }
        Properties properties = new Properties();
        properties.load(Files.newBufferedReader(file, StandardCharsets.ISO_8859_1));
        return Optional.of(
                new Formation(
                        UUID.fromString(properties.getProperty("cluster.id")),
                        properties.getProperty("peer.id"),
                        List.of(properties.getProperty("peers").split(",", -1)),
                        Boolean.parseBoolean(properties.getProperty("formed"))));
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
