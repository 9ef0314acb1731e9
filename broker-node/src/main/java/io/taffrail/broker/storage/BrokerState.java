// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.model.cluster.MetadataVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The file {@code broker-state}: what a broker must not forget between two starts. It is there from
 * the formatting on, so that its loss is noticed: without it a broker would take old metadata for
 * new (P4), or an old copy of a disk for the disk (P2).
 *
 * @param epoch of the last registration (P2); empty before the first
 * @param bootId the kernel's, when that registration was stored (P21); empty where it has none
 * @param appliedMetadata up to which the directories of all replicas exist (P4)
 */
record BrokerState(OptionalLong epoch, Optional<String> bootId, MetadataVersion appliedMetadata) {
    /** Before the first registration. */
    static final BrokerState NEW =
            new BrokerState(OptionalLong.empty(), Optional.empty(), MetadataVersion.NONE);

    static final String FILE_NAME = "broker-state";

    private static final String KIND = "taffrail-broker-state 1";

    BrokerState registered(long brokerEpoch, Optional<String> runningBootId) {
        return new BrokerState(OptionalLong.of(brokerEpoch), runningBootId, appliedMetadata);
    }

    BrokerState applied(MetadataVersion version) {
        return new BrokerState(epoch, bootId, version);
    }

    /** Durable, file and directory, when it returns. */
    void write(FileSystem files, Path dataDirectory) throws IOException {
        List<String> lines = new ArrayList<>();
        epoch.ifPresent(value -> lines.add("broker_epoch " + value));
        bootId.ifPresent(value -> lines.add("boot_id " + value));
        lines.add("metadata_term " + appliedMetadata.term());
        lines.add("metadata_index " + appliedMetadata.index());
        file(files, dataDirectory).replace(lines);
    }

    /**
     * What was written last.
     *
     * @throws DamagedFileException if it is not that, or gone
     */
    static BrokerState read(FileSystem files, Path dataDirectory) throws IOException {
        SmallFile file = file(files, dataDirectory);
        List<String> lines =
                file.read().orElseThrow(() -> new DamagedFileException(file.path(), "it is gone"));
        FileFields fields = FileFields.of(file.path(), lines);
        return new BrokerState(
                fields.optionalNumber("broker_epoch").stream()
                        .mapToLong(Long::longValue)
                        .findFirst(),
                fields.optional("boot_id"),
                new MetadataVersion(
                        fields.number("metadata_term"), fields.number("metadata_index")));
    }

    private static SmallFile file(FileSystem files, Path dataDirectory) {
        return new SmallFile(files, dataDirectory.resolve(FILE_NAME), KIND);
    }
}
