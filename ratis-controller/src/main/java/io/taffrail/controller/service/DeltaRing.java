// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The newest image, and the deltas that led to it, as far as they are kept: bounded by their number
 * and by their changes. Written by the thread that applies, read by the feed's.
 */
final class DeltaRing {
    private final int maxDeltas;
    private final int maxChanges;
    private final NavigableMap<Long, Delta> deltas = new TreeMap<>(); // by index
    private int changes;
    private MetadataImage head;
    private MetadataVersion floor;

    /** What one entry changed. */
    record Delta(MetadataVersion version, List<MetadataChange> changes) {}

    /** What a follower lacks. */
    sealed interface Next {
        /** The deltas since then are no longer kept: an image. */
        record Image(MetadataImage image) implements Next {}

        /** The next delta. */
        record Change(Delta delta) implements Next {}

        /** Only the version has moved. */
        record Version(MetadataVersion version) implements Next {}

        /** Nothing. */
        record Nothing() implements Next {}
    }

    DeltaRing(int maxDeltas, int maxChanges) {
        this.maxDeltas = maxDeltas;
        this.maxChanges = maxChanges;
        reset(MetadataImage.EMPTY);
    }

    /** Starts anew: what came before {@code image} is not known. */
    synchronized void reset(MetadataImage image) {
        deltas.clear();
        changes = 0;
        head = image;
        floor = image.version();
    }

    synchronized void add(List<MetadataChange> made, MetadataImage after) {
        head = after;
        if (made.isEmpty()) {
            return;
        }
        deltas.put(after.version().index(), new Delta(after.version(), made));
        changes += made.size();
        while (deltas.size() > maxDeltas || changes > maxChanges) {
            Delta oldest = deltas.pollFirstEntry().getValue();
            changes -= oldest.changes().size();
            floor = oldest.version();
        }
    }

    synchronized MetadataImage head() {
        return head;
    }

    /** What comes after {@code version}; after nothing at all, if it is empty. */
    synchronized Next after(Optional<MetadataVersion> version) {
        if (version.isEmpty() || floor.compareTo(version.get()) > 0) {
            return new Next.Image(head);
        }
        MetadataVersion from = version.get();
        var next = deltas.higherEntry(from.index());
        if (next != null) {
            return new Next.Change(next.getValue());
        }
        return head.version().compareTo(from) > 0
                ? new Next.Version(head.version())
                : new Next.Nothing();
    }
}
