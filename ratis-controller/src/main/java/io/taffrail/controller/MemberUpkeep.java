// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.taffrail.controller.membership.CommitWatch;
import io.taffrail.controller.membership.ContactWatch;
import io.taffrail.controller.membership.FollowerWatch;
import io.taffrail.controller.membership.GroupPlan;
import io.taffrail.controller.membership.RemovalCheck;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.controller.ratis.RaftMember;
import io.taffrail.model.Clock;
import io.taffrail.model.cluster.MetadataVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a member of the group now and then: whether it is alive, whether it has caught up since
 * its start, and, where it leads, whether a follower is stuck, or all of the log. On the
 * controller's thread, but for {@link #caughtUp}.
 */
final class MemberUpkeep implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberUpkeep.class);

    private final RaftMember member;
    private final RemovalCheck removal;
    private final Clock clock;
    private final Consumer<List<QuorumMember>> onMembers;
    private final FollowerWatch watch = new FollowerWatch();
    private final ContactWatch contacts = new ContactWatch();
    private final CommitWatch commits;
    private OptionalLong target = OptionalLong.empty();
    private volatile boolean caughtUp;

    /**
     * @param patience how long a leader may commit nothing
     * @param onMembers told of the members as this one sees them: empty where it does not lead
     */
    MemberUpkeep(
            RaftMember member,
            RemovalCheck removal,
            Clock clock,
            Duration patience,
            Consumer<List<QuorumMember>> onMembers) {
        this.member = member;
        this.removal = removal;
        this.clock = clock;
        this.commits = new CommitWatch(patience);
        this.onMembers = onMembers;
    }

    /**
     * Whether it has applied what was committed when it first heard of a leader, and anything at
     * all: the vote of one with an empty log elects nobody, once others have committed (P5).
     */
    boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public void run() {
        try {
            member.checkAlive();
            lookWhetherRemoved();
            lookWhetherCaughtUp();
            lookAtTheGroup();
        } catch (RuntimeException e) {
            LOG.error("the look at the controllers' group failed", e);
        }
    }

    private void lookWhetherRemoved() {
        if (member.isBeingRemoved()) {
            removal.look(member.configuration(), member.apiAddresses().values());
        }
    }

    private void lookWhetherCaughtUp() {
        if (caughtUp || member.leaderNodeId().isEmpty()) {
            return;
        }
        if (target.isEmpty()) {
            target = OptionalLong.of(member.commitIndex());
        }
        MetadataVersion applied = member.state().image().version();
        caughtUp = !applied.equals(MetadataVersion.NONE) && applied.index() >= target.getAsLong();
    }

    private void lookAtTheGroup() {
        if (!member.isLeader()) {
            watch.reset();
            contacts.reset();
            commits.reset();
            onMembers.accept(List.of());
            return;
        }
        List<QuorumMember> members = member.members();
        onMembers.accept(members);
        contacts.look(members).forEach(LOG::warn);
        if (commits.standsStill(member.commitIndex(), member.lastLogIndex(), clock.nanoTime())) {
            commits.reset();
            stepDown();
            return;
        }
        Optional<PeerName> stuck = watch.look(members, member.commitIndex(), clock.nanoTime());
        if (stuck.isPresent()) {
            watch.reset();
            handOver(stuck.get(), members);
        }
    }

    /** Nobody can be told to lead by one that does not get through: they elect. */
    private void stepDown() {
        LOG.warn(
                "this controller leads and commits nothing, though a majority may be in contact:"
                        + " it steps down at entry {}",
                member.commitIndex());
        whenDone(member.changes().stepDown(), "the lead was not given up");
    }

    private static void whenDone(CompletableFuture<Void> change, String elseSay) {
        var unused =
                change.whenComplete(
                        (done, failure) -> {
                            if (failure != null) {
                                LOG.warn(elseSay, failure);
                            }
                        });
    }

    /** What sends to a follower may hang for good; another leader's does not. */
    private void handOver(PeerName stuck, List<QuorumMember> members) {
        GroupPlan plan = new GroupPlan(member.changes().peers(), members, member.commitIndex());
        PeerName successor = plan.successor(Optional.empty());
        LOG.warn(
                "controller {} is reachable and has got nothing for a minute: {} is to lead",
                stuck,
                successor);
        whenDone(member.changes().transferTo(successor), "the lead was not handed over");
    }
}
