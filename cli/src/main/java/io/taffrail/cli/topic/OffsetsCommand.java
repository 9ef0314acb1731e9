// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.Table;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.ListedOffset;
import io.taffrail.client.admin.OffsetSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code taffrail topic offsets}. */
@Command(
        name = "offsets",
        description = {
            "Show where each partition of a topic begins, and where it ends.",
            "LOG START is the first offset that is still there; HIGH WATERMARK is one past the last"
                    + " record that can be read."
        })
final class OffsetsCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "NAME", converter = TopicName.class, description = "The topic.")
    private String name;

    OffsetsCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    /** A partition's ends, or why they are not known. */
    private record Ends(ListedOffset start, ListedOffset end) {
        Optional<TaffrailException> error() {
            return start.error().or(end::error);
        }
    }

    @Override
    public Integer call() throws IOException {
        Map<PartitionRef, Ends> found;
        try (TaffrailClient client = connection.open()) {
            found = find(client.admin());
        }
        if (output.json()) {
            writeJson(found);
        } else {
            writeTable(found);
        }
        for (Map.Entry<PartitionRef, Ends> partition : found.entrySet()) {
            Optional<TaffrailException> error = partition.getValue().error();
            if (error.isPresent()) {
                throw new CommandFailedException(
                        partition.getKey() + ": " + error.get().getMessage(), error.get());
            }
        }
        return ExitCode.OK;
    }

    private Map<PartitionRef, Ends> find(Admin admin) {
        int partitions = TaffrailClient.await(admin.describeTopic(name)).partitionCount();
        Map<PartitionRef, OffsetSpec> earliest = new LinkedHashMap<>();
        Map<PartitionRef, OffsetSpec> latest = new LinkedHashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            earliest.put(PartitionRef.of(name, partition), OffsetSpec.earliest());
            latest.put(PartitionRef.of(name, partition), OffsetSpec.latest());
        }
        Map<PartitionRef, ListedOffset> starts = TaffrailClient.await(admin.listOffsets(earliest));
        Map<PartitionRef, ListedOffset> ends = TaffrailClient.await(admin.listOffsets(latest));
        Map<PartitionRef, Ends> found = new LinkedHashMap<>();
        earliest.keySet().forEach(ref -> found.put(ref, new Ends(starts.get(ref), ends.get(ref))));
        return found;
    }

    private void writeTable(Map<PartitionRef, Ends> found) throws IOException {
        Table table = new Table("PARTITION", "LOG START", "HIGH WATERMARK");
        found.forEach(
                (partition, ends) ->
                        table.row(partition.partition(), cell(ends.start), cell(ends.end)));
        table.writeTo(streams.out());
    }

    private static Object cell(ListedOffset offset) {
        return offset.offset().isPresent() ? offset.offset().getAsLong() : "";
    }

    private void writeJson(Map<PartitionRef, Ends> found) throws IOException {
        try (JsonLines lines = new JsonLines(streams.out())) {
            for (Map.Entry<PartitionRef, Ends> partition : found.entrySet()) {
                lines.line(
                        json -> {
                            json.writeStringField("topic", name);
                            json.writeNumberField("partition", partition.getKey().partition());
                            Ends ends = partition.getValue();
                            if (ends.start.offset().isPresent()) {
                                JsonLines.int64(
                                        json, "logStartOffset", ends.start.offset().getAsLong());
                            }
                            if (ends.end.offset().isPresent()) {
                                JsonLines.int64(
                                        json, "highWatermark", ends.end.offset().getAsLong());
                            }
                        });
            }
        }
    }
}
