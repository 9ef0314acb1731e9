// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.taffrail.api.LogFailure;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.partition.IsrProposal;
import io.taffrail.broker.partition.ProposalAnswer;
import io.taffrail.logstore.LogSlice;
import io.taffrail.model.Acks;
import io.taffrail.model.TopicId;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A history of one partition: brokers that hold it, a controller whose decisions the test writes
 * itself, and messages that are carried by hand, so that each can be held back, repeated or lost.
 * The invariants are looked at as it goes ({@link ScriptInvariants}).
 */
final class ReplicationScript {
    static final TopicId TOPIC = new TopicId(7, 8);
    static final Duration LAG = Duration.ofSeconds(5);
    static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_OPENS = 20;

    /** A run of entries on its way. */
    record Push(ReplicationTarget.Run run, ByteBuffer entries) {}

    /** What one follower has of its leader. */
    private static final class Following {
        private ReplicaSubscription subscription;
        private long number;
        private int leaderEpoch;
        private long cursor;
    }

    private final SimulatedClock clock = new SimulatedClock();
    private final Map<Integer, ScriptBroker> brokers = new TreeMap<>();
    private final Map<Integer, Following> followings = new TreeMap<>();
    private final Set<Integer> deaf = new TreeSet<>();
    private final ScriptInvariants invariants = new ScriptInvariants(this);
    private final ScriptController controller;

    /** Brokers from 1 on, with a replica on each of them, and no leader yet. */
    ReplicationScript(int count, Map<String, String> configs) throws IOException {
        for (int id = 1; id <= count; id++) {
            brokers.put(id, new ScriptBroker(id, clock));
        }
        List<Integer> ids = List.copyOf(brokers.keySet());
        controller = new ScriptController(ids, configs, id -> broker(id).directoryId());
        for (int id : ids) {
            start(id);
        }
    }

    ReplicationScript(int count) throws IOException {
        this(count, Map.of());
    }

    ScriptBroker broker(int id) {
        return brokers.get(id);
    }

    List<ScriptBroker> brokers() {
        return List.copyOf(brokers.values());
    }

    SimulatedClock clock() {
        return clock;
    }

    ScriptInvariants invariants() {
        return invariants;
    }

    // The controller

    /** The partition as it is on record. */
    PartitionEntry entry() {
        return controller.entry();
    }

    /** These do not hear of changes, until they do. */
    void deaf(Integer... ids) {
        deaf.addAll(List.of(ids));
    }

    void hears(int id) throws IOException {
        deaf.remove(id);
        broker(id).hears(controller.image());
    }

    private void tell(List<MetadataChange> changes) throws IOException {
        for (ScriptBroker broker : brokers.values()) {
            if (broker.isRunning() && !deaf.contains(broker.id())) {
                broker.hears(controller.image(), changes);
            }
        }
        invariants.check();
    }

    /** A leader in a new epoch, also if it led before; the first epoch is 5. */
    void elect(int leader, Integer... isr) throws IOException {
        tell(controller.elect(leader, List.of(isr)));
    }

    void minIsr(int minIsr) throws IOException {
        tell(controller.minIsr(minIsr));
    }

    void isr(Integer... members) throws IOException {
        tell(controller.isr(List.of(members)));
    }

    /** What is reported against a replica is recorded, or taken back. */
    void records(int id, ReplicaFault fault) throws IOException {
        tell(controller.fault(id, fault));
    }

    /** The replicas are these, in this order. */
    void assign(Integer... ids) throws IOException {
        tell(controller.assign(List.of(ids)));
    }

    /** The leader's newest proposal is made. */
    void grant() throws IOException {
        PartitionEntry before = entry();
        ScriptBroker leading = broker(before.leader().orElseThrow());
        IsrProposal proposal = leading.proposal().orElseThrow();
        leading.answer(new ProposalAnswer.Made(before.partitionEpoch() + 1));
        isr(proposal.isr().stream().map(IsrProposal.Member::brokerId).toArray(Integer[]::new));
    }

    int leaderEpoch() {
        return entry().leaderEpoch();
    }

    // Brokers come and go

    /** A new process registers, and hears how things are. */
    void start(int id) throws IOException {
        long brokerEpoch = controller.nextBrokerEpoch();
        tell(controller.register(id));
        broker(id).start(brokerEpoch);
        hears(id);
        invariants.check();
    }

    void powerCut(int id) {
        broker(id).powerCut(PowerCut.DROP_ALL_UNSYNCED);
    }

    /** Time passes, and everybody who leads looks who is late. */
    void pass(Duration time) {
        for (long ms = 0; ms < time.toMillis(); ms += 100) {
            clock.advance(Duration.ofMillis(100));
            for (ScriptBroker broker : brokers.values()) {
                if (broker.leads()) {
                    broker.leader().expireWaiters();
                    broker.leader().lookAfterFollowers();
                }
            }
        }
    }

    // Producers

    /** One record for each value: "key=value" has a key, "key=" is a tombstone. */
    static RecordBatchBuilder records(String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        for (String text : values) {
            int split = text.indexOf('=');
            String value = text.substring(split + 1);
            builder.append(
                    1000,
                    split < 0 ? null : text.substring(0, split).getBytes(UTF_8),
                    split >= 0 && value.isEmpty() ? null : value.getBytes(UTF_8),
                    List.of());
        }
        return builder;
    }

    /** Appends with acks=all; what comes of it, completed or not. */
    @CanIgnoreReturnValue
    CompletableFuture<Optional<LogFailure>> append(int id, String... values) throws IOException {
        CompletableFuture<Optional<LogFailure>> answer =
                answer(append(id, Acks.ALL, records(values).build()));
        invariants.sent(answer, List.of(values));
        return answer;
    }

    AppendTicket append(int id, Acks acks, ProducedBatch batch) throws IOException {
        AppendTicket ticket =
                broker(id).leader().append(List.of(batch), OptionalLong.empty(), acks, TIMEOUT);
        invariants.check();
        return ticket;
    }

    static CompletableFuture<Optional<LogFailure>> answer(AppendTicket ticket) {
        return ticket instanceof AppendTicket.Accepted accepted
                ? accepted.acknowledged()
                : CompletableFuture.completedFuture(
                        Optional.of(((AppendTicket.Refused) ticket).failure()));
    }

    /** What has come of something by now: waiting would be for ever, in one thread. */
    static <T> T now(CompletableFuture<T> future) {
        assertThat(future).isCompleted();
        return future.join();
    }

    // The stream

    /** Asks to follow once, and does what the leader says. */
    OpenOutcome open(int id) throws IOException {
        FollowerOpen open = broker(id).open();
        OpenOutcome outcome =
                broker(broker(id).target().leaderId()).leader().replication().open(open);
        ReplicationTarget target = broker(id).target();
        if (outcome instanceof OpenOutcome.Accepted accepted) {
            target.accepted(open.subscription());
            Following following = new Following();
            following.subscription = accepted.subscription();
            following.number = open.subscription();
            following.leaderEpoch = open.leaderEpoch();
            following.cursor = open.logEndOffset();
            followings.put(id, following);
        } else if (outcome instanceof OpenOutcome.Diverged diverged) {
            target.diverged(open.subscription(), diverged.leaderEpoch(), diverged.endOffset());
        } else if (outcome instanceof OpenOutcome.Restart restart) {
            target.restart(open.subscription(), restart.from());
        }
        invariants.check();
        return outcome;
    }

    /** Opens until the leader accepts; returns what it said before. */
    List<OpenOutcome> follow(int id) throws IOException {
        List<OpenOutcome> before = new ArrayList<>();
        while (true) {
            OpenOutcome outcome = open(id);
            if (outcome instanceof OpenOutcome.Accepted) {
                return before;
            }
            before.add(outcome);
            assertThat(before).as("opens come to an end").hasSizeLessThan(MAX_OPENS);
        }
    }

    ReplicaSubscription subscription(int id) {
        return followings.get(id).subscription;
    }

    /** The leader reads the next run for a follower, which is on its way then; empty: no more. */
    Optional<Push> read(int id) throws IOException {
        Following following = followings.get(id);
        long from = following.cursor;
        if (from >= following.subscription.logEndOffset()) {
            return Optional.empty();
        }
        OptionalInt epochBefore = following.subscription.epochBefore(from);
        try (LogSlice slice = (LogSlice) following.subscription.read(from, 1)) {
            following.cursor = slice.nextOffset();
            return Optional.of(
                    new Push(
                            new ReplicationTarget.Run(
                                    following.number,
                                    following.leaderEpoch,
                                    from,
                                    slice.nextOffset(),
                                    epochBefore),
                            slice.copy()));
        }
    }

    ReplicationTarget.Next deliver(int id, Push push) throws IOException {
        ReplicationTarget.Next next = broker(id).target().append(push.run(), push.entries());
        invariants.check();
        return next;
    }

    /** All that the leader has; nothing is acknowledged. */
    void push(int id) throws IOException {
        for (Optional<Push> push = read(id); push.isPresent(); push = read(id)) {
            assertThat(deliver(id, push.get())).isEqualTo(ReplicationTarget.Next.FOLLOW);
        }
    }

    /** The follower says what it vouches for. */
    void acknowledge(int id) throws IOException {
        acknowledge(id, broker(id).target().vouched());
    }

    /** The same, of an earlier moment. */
    void acknowledge(int id, ReplicationTarget.Vouched vouched) throws IOException {
        subscription(id)
                .acknowledged(
                        vouched.offset(), vouched.logStartOffset(), vouched.compactedOffset());
        invariants.check();
    }

    /** The follower hears of high watermark, log start and tombstone horizon. */
    void marks(int id) throws IOException {
        Following following = followings.get(id);
        broker(id).target().marks(following.number, following.subscription.marks());
        invariants.check();
    }

    /** Everything that has to be said is said, until these have all that their leader has. */
    void replicate(Integer... ids) throws IOException {
        for (int id : ids) {
            if (!followings.containsKey(id) || isOver(id)) {
                follow(id);
            }
            push(id);
            acknowledge(id);
        }
        for (int id : ids) {
            marks(id);
            acknowledge(id);
        }
    }

    private boolean isOver(int id) {
        Following following = followings.get(id);
        return following.subscription.ended().isPresent()
                || broker(id).target().vouched().subscription() != following.number;
    }
}
