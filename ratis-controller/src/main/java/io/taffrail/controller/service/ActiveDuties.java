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
    private static final long PROOF_EVERY = Duration.ofMillis(250).toNanos();
    private static final long PROOF_LASTS = Duration.ofSeconds(1).toNanos();

    private final Quorum quorum;
    private final Proposer proposer;
    private final SessionDuties sessions;
    private final ClusterUpkeep upkeep;
    private final TopicDefaults topicDefaults;
    private final Clock clock;
    private volatile boolean active;
    private volatile long provenAt;
    private volatile boolean proofAsked;
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

    /** Without proof of a majority others may be the active one by now (P6). */
    boolean active() {
        return leads() && isProven();
    }

    private boolean leads() {
        return active && quorum.isLeader();
    }

    /** This member leads. Commands of others come after the defaults in the log. */
    void begin() {
        log.info("this node is the active controller of cluster {}", quorum.clusterId());
        provenAt = clock.nanoTime();
        proofAskedAt = provenAt;
        proofAsked = false;
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
        if (!leads()) {
            return;
        }
        askForProof();
        if (isProven()) {
            sessions.tick();
            upkeep.tick(clock.nanoTime());
        } else {
            sessions.endAll(); // P6: whoever leads elsewhere must find the brokers free
        }
    }

    /**
     * One at a time: a leader whose log is kept busy does not notice in Ratis that nobody answers
     * it, and would go on for ever.
     */
    private void askForProof() {
        long now = clock.nanoTime();
        if (!proofAsked && quorum.memberCount() > 1 && now - proofAskedAt >= PROOF_EVERY) {
            proofAsked = true;
            proofAskedAt = now;
            var unused =
                    proposer.propose(new Command.ProveMajority())
                            .whenComplete(
                                    (applied, thrown) -> {
                                        if (thrown == null) {
                                            provenAt = now;
                                        }
                                        proofAsked = false;
                                    });
        }
    }

    /** A member that is alone is its own majority. */
    private boolean isProven() {
        return quorum.memberCount() == 1 || clock.nanoTime() - provenAt < PROOF_LASTS;
    }
}
