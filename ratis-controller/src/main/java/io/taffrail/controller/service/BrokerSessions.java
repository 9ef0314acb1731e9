// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges contact with brokers (P6): which of them count as dead, and which may count as alive. Soft
 * state of the active controller; times come in, in nanoseconds of one clock. For one thread.
 */
final class BrokerSessions {
    /** The scan was due long before: silence is then the controller's own. */
    private static final long OWN_PAUSE = Duration.ofMillis(250).toNanos();

    private static final long SAME_CAUSE = Duration.ofSeconds(1).toNanos();
    private static final long FENCINGS_MEMORY = Duration.ofMinutes(5).toNanos();
    private static final int FENCINGS_OF_A_FLAPPER = 3;
    private static final long FLAPPER_PROBATION = Duration.ofSeconds(30).toNanos();

    private final long sessionTimeout;
    private final long shortGrace;
    private final Map<Integer, BrokerSession> sessions = new TreeMap<>();
    private OptionalLong lastScan = OptionalLong.empty();

    BrokerSessions(Duration sessionTimeout, Duration shortGrace) {
        this.sessionTimeout = sessionTimeout.toNanos();
        this.shortGrace = shortGrace.toNanos();
    }

    /** This controller became the active one: every contact is now. */
    void begin(MetadataImage image, long now) {
        sessions.clear();
        lastScan = OptionalLong.of(now);
        for (BrokerEntry broker : image.brokers()) {
            sessions.put(broker.brokerId(), new BrokerSession(broker.brokerEpoch(), now));
        }
    }

    /** A broker has a stream, under this registration. */
    void opened(int brokerId, long brokerEpoch, long now) {
        session(brokerId, brokerEpoch, now).opened(brokerEpoch, now);
    }

    /** A heartbeat. */
    void heard(
            int brokerId,
            long brokerEpoch,
            MetadataVersion applied,
            Set<Integer> cannotReach,
            long now) {
        session(brokerId, brokerEpoch, now).heard(applied, cannotReach, now);
    }

    /** Said in a heartbeat: the broker is putting into effect what the feed brought. */
    void applying(int brokerId, long brokerEpoch, long now) {
        session(brokerId, brokerEpoch, now).applying(now);
    }

    /** The broker's stream ended. */
    void broken(int brokerId, long brokerEpoch, long now) {
        session(brokerId, brokerEpoch, now).broken(now);
    }

    /** Whether to look now whether a broker's process is there, as it has no stream. */
    boolean takeProbe(BrokerEntry broker, long now) {
        return !broker.fenced()
                && session(broker.brokerId(), broker.brokerEpoch(), now).takeProbe(now);
    }

    /** A probe found that its process is gone. */
    void gone(int brokerId, long brokerEpoch, long now) {
        BrokerSession session = session(brokerId, brokerEpoch, now);
        if (!session.isOpen()) { // else it is back meanwhile
            session.gone(now);
        }
    }

    private BrokerSession session(int brokerId, long brokerEpoch, long now) {
        BrokerSession session =
                sessions.computeIfAbsent(brokerId, id -> new BrokerSession(brokerEpoch, now));
        if (session.brokerEpoch() != brokerEpoch) {
            session.restart(brokerEpoch, now);
        }
        return session;
    }

    /** Which brokers are to be fenced. To be called often: a late call judges nobody. */
    List<BrokerEntry> due(MetadataImage image, long now) {
        boolean wasPaused = lastScan.isPresent() && now - lastScan.getAsLong() > OWN_PAUSE;
        lastScan = OptionalLong.of(now);
        List<BrokerEntry> due = new ArrayList<>();
        for (BrokerEntry broker : image.brokers()) {
            BrokerSession session = session(broker.brokerId(), broker.brokerEpoch(), now);
            session.awaits(image.version().index(), now);
            if (wasPaused) {
                session.forgive(now);
            } else if (!broker.fenced() && isDead(session, now)) {
                due.add(broker);
            }
        }
        return due;
    }

    private boolean isDead(BrokerSession session, long now) {
        boolean silent = now - session.lastContact() >= sessionTimeout;
        boolean behind = session.isBehindSince(now - sessionTimeout);
        boolean gone =
                session.goneAt().isPresent()
                        && now - session.goneAt().getAsLong() >= shortGrace
                        && !brokeTogether(session);
        return silent || behind || gone;
    }

    /** A third of all sessions, at least two, within a second: the cause is on this side. */
    private boolean brokeTogether(BrokerSession one) {
        long at = one.brokenAt().orElse(one.lastContact());
        long together =
                sessions.values().stream()
                        .filter(other -> other.brokenAt().isPresent())
                        .filter(other -> Math.abs(other.brokenAt().getAsLong() - at) <= SAME_CAUSE)
                        .count();
        return together >= 2 && together * 3 >= sessions.size();
    }

    /** A broker was fenced for its silence. */
    void fenced(int brokerId, long now) {
        BrokerSession session = sessions.get(brokerId);
        if (session != null) {
            session.fenced(now, FENCINGS_MEMORY);
        }
    }

    /**
     * Whether a broker that is well may be unfenced now: not one that is behind, who would be
     * fenced again at once; and one that flaps has to prove itself.
     */
    boolean mayUnfence(int brokerId, long now) {
        BrokerSession session = sessions.get(brokerId);
        return session != null
                && !session.isBehindSince(now - sessionTimeout)
                && (session.fencingsSince(now - FENCINGS_MEMORY) < FENCINGS_OF_A_FLAPPER
                        || now - session.unbrokenSince() >= FLAPPER_PROBATION);
    }

    /** Whether a stream is open that has not been silent for the session timeout. */
    boolean isLive(int brokerId, long now) {
        BrokerSession session = sessions.get(brokerId);
        return session != null
                && session.brokenAt().isEmpty()
                && now - session.lastContact() < sessionTimeout;
    }

    /** What a broker has applied, by its last heartbeat. */
    Optional<MetadataVersion> applied(int brokerId) {
        return Optional.ofNullable(sessions.get(brokerId)).map(BrokerSession::applied);
    }

    /** Brokers that say they cannot reach another one (P9). */
    SortedSet<Integer> cutOffFrom(int brokerId) {
        SortedSet<Integer> cutOff = new TreeSet<>();
        sessions.forEach(
                (id, session) -> {
                    if (session.unreachable().contains(brokerId)) {
                        cutOff.add(id);
                    }
                });
        return cutOff;
    }
}
