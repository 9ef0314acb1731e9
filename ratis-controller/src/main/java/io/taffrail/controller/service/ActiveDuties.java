// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.model.Clock;
import io.taffrail.model.config.TopicDefaults;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes and goes with being the active controller. On the controller's thread, but for {@link
 * #active}.
 */
final class ActiveDuties {
    private static final Logger log = LoggerFactory.getLogger(ActiveDuties.class);
    private static final long PROOF_EVERY = Duration.ofMillis(500).toNanos();
    private static final long PROOF_LASTS = Duration.ofSeconds(1).toNanos();

    private final Quorum quorum;
    private final Proposer proposer;
    private final SessionDuties sessions;
    private final ClusterUpkeep upkeep;
    private final TopicDefaults topicDefaults;
    private final Clock clock;
    private volatile boolean active;
    private volatile long provenAt;
    private long proofAskedAt;

    ActiveDuties(
            Quorum quorum,
            Proposer proposer,
            SessionDuties sessions,
            ClusterUpkeep upkeep,
            TopicDefaults topicDefaults,
            Clock clock) {
        this.quorum = quorum;
        this.proposer = proposer;
        this.sessions = sessions;
        this.upkeep = upkeep;
        this.topicDefaults = topicDefaults;
        this.clock = clock;
    }

    boolean active() {
        return active && quorum.isLeader();
    }

    /** This member leads. Commands of others come after the defaults in the log. */
    void begin() {
        log.info("this node is the active controller of cluster {}", quorum.clusterId());
        provenAt = clock.nanoTime();
        proofAskedAt = provenAt;
        sessions.begin();
        upkeep.begin(provenAt);
        if (!topicDefaults.equals(proposer.state().ledger().defaults())) {
            var unused =
                    proposer.propose(new Command.AdoptTopicDefaults(topicDefaults))
                            .whenComplete(this::adopted);
        }
        active = true;
    }

    private void adopted(Object applied, Throwable thrown) {
        if (thrown != null) {
            log.warn("the cluster's defaults for topics could not be brought into the log", thrown);
        }
    }

    /** This member leads no longer. */
    void end() {
        if (active) {
            log.info("this node is not the active controller any more");
        }
        active = false;
        sessions.endAll();
    }

    void tick() {
        if (!active()) {
            return;
        }
        if (isProven()) {
            sessions.tick();
            upkeep.tick(clock.nanoTime());
        } else {
            sessions.endAll(); // P6: whoever leads elsewhere must find the brokers free
        }
    }

    /** A member that is alone is its own majority. */
    private boolean isProven() {
        if (quorum.memberCount() == 1) {
            return true;
        }
        long now = clock.nanoTime();
        if (now - proofAskedAt >= PROOF_EVERY) {
            proofAskedAt = now;
            var unused =
                    proposer.propose(new Command.ProveMajority()).thenRun(() -> provenAt = now);
        }
        return now - provenAt < PROOF_LASTS;
    }
}
