// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.model.cluster.MetadataVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.Set;

/** What the active controller knows of its contact with one broker. Times in nanoseconds. */
final class BrokerSession {
    private static final long FIRST_PROBE_PAUSE = Duration.ofMillis(100).toNanos();

    private final Deque<Long> fencings = new ArrayDeque<>();
    private long brokerEpoch;
    private long lastContact;
    private long openedAt;
    private boolean open;
    private OptionalLong brokenAt = OptionalLong.empty();
    private OptionalLong goneAt = OptionalLong.empty();
    private long nextProbeAt;
    private long probePause;
    private MetadataVersion applied = MetadataVersion.NONE;
    private long awaitedIndex;
    private long awaitedSince;
    private Set<Integer> unreachable = Set.of();

    BrokerSession(long brokerEpoch, long now) {
        restart(brokerEpoch, now);
    }

    /** A stream, the first one or again. */
    void opened(long epoch, long now) {
        restart(epoch, now);
        open = true;
    }

    /** Another registration: nothing is known of its contact yet. */
    void restart(long epoch, long now) {
        brokerEpoch = epoch;
        lastContact = now;
        openedAt = now;
        open = false;
        brokenAt = OptionalLong.empty();
        goneAt = OptionalLong.empty();
        awaitedIndex = 0;
        awaitedSince = now;
        probeFrom(now);
    }

    private void probeFrom(long now) {
        nextProbeAt = now;
        probePause = FIRST_PROBE_PAUSE;
    }

    /**
     * Whether to look now whether the process is there, as nobody speaks for it: at once, and less
     * and less often. A process that ends breaks its streams a moment before its port refuses.
     */
    boolean takeProbe(long now) {
        if (open || goneAt.isPresent() || now - nextProbeAt < 0) {
            return false;
        }
        nextProbeAt = now + probePause;
        probePause *= 2;
        return true;
    }

    void heard(MetadataVersion appliedByBroker, Set<Integer> cannotReach, long now) {
        lastContact = now;
        applied = appliedByBroker;
        unreachable = cannotReach;
    }

    /** Follows how long the broker has been behind what was there to be applied. */
    void awaits(long appliedHere, long now) {
        if (applied.index() >= awaitedIndex) {
            awaitedIndex = appliedHere;
            awaitedSince = now;
        }
    }

    /** The broker is at work on what it has to apply: it is slow, not cut off. */
    void applying(long now) {
        awaitedSince = now;
    }

    void broken(long now) {
        open = false;
        brokenAt = OptionalLong.of(now);
        probeFrom(now);
    }

    /** The broker's port refuses: the process is gone. Without a stream so far, it broke then. */
    void gone(long now) {
        goneAt = OptionalLong.of(now);
        if (brokenAt.isEmpty()) {
            brokenAt = OptionalLong.of(lastContact);
        }
    }

    /** The controller itself was paused: no silence before now counts. */
    void forgive(long now) {
        lastContact = now;
        awaitedSince = now;
        if (goneAt.isPresent()) {
            goneAt = OptionalLong.of(now);
        }
    }

    void fenced(long now, long memory) {
        fencings.add(now);
        while (now - fencings.peek() > memory) {
            fencings.remove();
        }
    }

    /** Since when nothing was held against it: the stream's opening, or the last fence. */
    long unbrokenSince() {
        return fencings.isEmpty() ? openedAt : Math.max(openedAt, fencings.getLast());
    }

    int fencingsSince(long then) {
        return (int) fencings.stream().filter(at -> at - then >= 0).count();
    }

    long brokerEpoch() {
        return brokerEpoch;
    }

    long lastContact() {
        return lastContact;
    }

    /** Whether it has a stream that did not end. */
    boolean isOpen() {
        return open;
    }

    OptionalLong brokenAt() {
        return brokenAt;
    }

    OptionalLong goneAt() {
        return goneAt;
    }

    MetadataVersion applied() {
        return applied;
    }

    boolean isBehindSince(long then) {
        return applied.index() < awaitedIndex && awaitedSince - then <= 0;
    }

    Set<Integer> unreachable() {
        return unreachable;
    }
}
