// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.internal.v1.ImageChunk;
import io.taffrail.api.internal.v1.MetadataDelta;
import io.taffrail.api.internal.v1.WatchMetadataResponse;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One follower of the feed. It holds a place in the ring and at most one piece that is being sent;
 * nothing is queued for it: one that is too slow loses its place, and gets a fresh image. For the
 * feed's thread alone; times in nanoseconds.
 */
final class Watcher {
    private static final int CHUNK_CHANGES = 500;
    private static final long SIGN_OF_LIFE = Duration.ofMillis(250).toNanos();
    private static final long HOLD = Duration.ofSeconds(2).toNanos();

    private final String clusterId;
    private final DeltaRing ring;
    private final ServerCallStreamObserver<WatchMetadataResponse> responses;
    private final long openedAt;
    private Optional<MetadataVersion> sent;
    private Optional<Piece> sending = Optional.empty();
    private long lastSentAt;
    private boolean ended;

    /** An image or a delta of which some chunks are sent. */
    private static final class Piece {
        final boolean image;
        final MetadataVersion version;
        final List<MetadataChange> changes;
        int from;
        int sequence;

        Piece(boolean image, MetadataVersion version, List<MetadataChange> changes) {
            this.image = image;
            this.version = version;
            this.changes = changes;
        }
    }

    Watcher(
            String clusterId,
            DeltaRing ring,
            ServerCallStreamObserver<WatchMetadataResponse> responses,
            Optional<MetadataVersion> applied,
            long now) {
        this.clusterId = clusterId;
        this.ring = ring;
        this.responses = responses;
        this.sent = applied;
        this.openedAt = now;
        this.lastSentAt = now - SIGN_OF_LIFE;
    }

    boolean ended() {
        return ended || responses.isCancelled();
    }

    /** Sends what there is, as far as it is taken. */
    void pump(long now) {
        if (!ended() && isAhead(now)) {
            return;
        }
        while (!ended() && responses.isReady() && sendNext(now)) {
            lastSentAt = now;
        }
    }

    /** The follower knows more than this controller: another one served it. Held for a while. */
    private boolean isAhead(long now) {
        boolean ahead =
                sent.filter(version -> version.compareTo(ring.head().version()) > 0).isPresent();
        if (ahead && now - openedAt >= HOLD) {
            end(
                    Status.UNAVAILABLE
                            .withDescription("this controller is behind what was asked for")
                            .asRuntimeException());
        }
        return ahead;
    }

    private boolean sendNext(long now) {
        if (sending.isPresent()) {
            sendChunk(sending.get());
            return true;
        }
        DeltaRing.Next next = ring.after(sent);
        if (next instanceof DeltaRing.Next.Image image) {
            List<MetadataChange> changes = new ArrayList<>();
            image.image().forEachChange(changes::add);
            begin(new Piece(true, image.image().version(), changes));
        } else if (next instanceof DeltaRing.Next.Change change) {
            begin(new Piece(false, change.delta().version(), change.delta().changes()));
        } else if (next instanceof DeltaRing.Next.Version moved) {
            sent = Optional.of(moved.version());
            responses.onNext(response(moved.version()).build());
        } else if (now - lastSentAt >= SIGN_OF_LIFE) {
            responses.onNext(response(sent.orElseThrow()).build());
        } else {
            return false;
        }
        return true;
    }

    private void begin(Piece piece) {
        sending = Optional.of(piece);
        sendChunk(piece);
    }

    private void sendChunk(Piece piece) {
        int to = Math.min(piece.changes.size(), piece.from + CHUNK_CHANGES);
        boolean last = to == piece.changes.size();
        List<io.taffrail.api.internal.v1.MetadataChange> chunk =
                MetadataTranslator.toProtos(piece.changes.subList(piece.from, to));
        WatchMetadataResponse.Builder response = response(piece.version);
        if (piece.image) {
            response.setImage(
                    ImageChunk.newBuilder()
                            .setSequence(piece.sequence)
                            .setLast(last)
                            .addAllChanges(chunk));
        } else {
            response.setDelta(
                    MetadataDelta.newBuilder()
                            .setSequence(piece.sequence)
                            .setLast(last)
                            .addAllChanges(chunk));
        }
        responses.onNext(response.build());
        piece.from = to;
        piece.sequence++;
        if (last) {
            sent = Optional.of(piece.version);
            sending = Optional.empty();
        }
    }

    private WatchMetadataResponse.Builder response(MetadataVersion version) {
        return WatchMetadataResponse.newBuilder()
                .setClusterId(clusterId)
                .setVersion(MetadataTranslator.toProto(version))
                .setCommitIndex(ring.head().version().index());
    }

    void end(StatusRuntimeException why) {
        if (!ended()) {
            ended = true;
            responses.onError(why);
        }
    }
}
