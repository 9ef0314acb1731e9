// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.ControllerStartException;
import io.taffrail.controller.membership.Formation;
import io.taffrail.controller.membership.Formation.Stage;
import io.taffrail.controller.membership.GroupPeer;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * The file {@value #NAME} in Raft's folder. Lines of {@code key=value}; the last one is the
 * checksum of those before. Peers are written {@code <name> <raft address> <API address>}, with
 * commas between them.
 */
final class FormationFile {
    static final String NAME = "forming";
    private static final String CHECKSUM = "crc32c=";

    private FormationFile() {}

    static void write(Path raftDirectory, Formation formation) throws IOException {
        String text =
                "cluster.id="
                        + formation.clusterId()
                        + "\npeer.id="
                        + formation.self()
                        + "\npeers="
                        + formation.peers().stream()
                                .map(FormationFile::text)
                                .collect(Collectors.joining(","))
                        + "\nstage="
                        + formation.stage().name().toLowerCase(Locale.ROOT)
                        + "\n";
        DurableFiles.replace(raftDirectory.resolve(NAME), text + CHECKSUM + checksum(text) + "\n");
    }

    private static String text(GroupPeer peer) {
        return peer.name() + " " + peer.raftAddress() + " " + peer.apiAddress();
    }

    /** Empty if there is no such file. */
    static Optional<Formation> read(Path raftDirectory)
            throws IOException, ControllerStartException {
        Path file = raftDirectory.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int mark = text.indexOf(CHECKSUM);
        if (mark < 0
                || !text.substring(mark)
                        .equals(CHECKSUM + checksum(text.substring(0, mark)) + "\n")) {
            throw new ControllerStartException(
                    "the file "
                            + file
                            + " is damaged: its checksum does not fit. Restore it from a backup of this disk.");
        }
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return Optional.of(
                new Formation(
                        UUID.fromString(properties.getProperty("cluster.id")),
                        PeerName.parse(properties.getProperty("peer.id")),
                        peers(properties.getProperty("peers")),
                        Stage.valueOf(properties.getProperty("stage").toUpperCase(Locale.ROOT))));
    }

    private static List<GroupPeer> peers(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(peer -> !peer.isEmpty())
                .map(peer -> peer.split(" ", -1))
                .map(
                        fields ->
                                new GroupPeer(
                                        PeerName.parse(fields[0]),
                                        HostPort.parse(fields[1]),
                                        HostPort.parse(fields[2])))
                .toList();
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
