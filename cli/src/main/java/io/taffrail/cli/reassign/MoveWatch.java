// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.Interruption;
import io.taffrail.cli.ProgressLine;
import io.taffrail.cli.Streams;
import io.taffrail.client.Admin;
import io.taffrail.client.TaffrailClient;
import java.time.Duration;

/** Waits until moves are done. Ctrl-C ends the waiting, not the moves. */
final class MoveWatch {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Admin admin;
    private final Streams streams;

    MoveWatch(Admin admin, Streams streams) {
        this.admin = admin;
        this.streams = streams;
    }

    void run(PartitionOptions partitions) throws InterruptedException {
        MoveProgress progress = new MoveProgress();
        ProgressLine line = new ProgressLine(streams);
        try (Interruption interruption = Interruption.listen(() -> {})) {
            look(progress, partitions);
            while (!progress.isDone() && !interruption.asked()) {
                line.show(nanos -> progress.text());
                Thread.sleep(LOOK_EVERY.toMillis());
                look(progress, partitions);
            }
        } finally {
            line.end();
        }
        streams.err()
                .println(
                        progress.isDone()
                                ? "nothing is being moved any more; seen until its end: "
                                        + progress.total()
                                : "the moves go on: " + progress.text());
    }

    private void look(MoveProgress progress, PartitionOptions partitions) {
        progress.update(
                TaffrailClient.await(admin.listReassignments(partitions.topic().orElse("")))
                        .stream()
                        .filter(status -> partitions.filter().test(status.partition()))
                        .toList());
    }
}
