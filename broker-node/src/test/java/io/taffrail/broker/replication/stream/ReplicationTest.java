// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static io.taffrail.broker.replication.stream.ReplicationFixture.EPOCH;
import static io.taffrail.broker.replication.stream.ReplicationFixture.await;
import static io.taffrail.broker.replication.stream.ReplicationFixture.awaitAcknowledged;
import static io.taffrail.broker.replication.stream.ReplicationFixture.awaitEqual;
import static io.taffrail.broker.replication.stream.ReplicationFixture.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.LogError;
import io.taffrail.testsupport.SimulatedDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leader and follower over a real connection, on real logs. */
class ReplicationTest {
    @TempDir Path directory;
    private ReplicationFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ReplicationFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void copiesEveryByteOfALogThatIsThereAlready() {
        LogSource source = fixture.lead(partition(0));
        for (int i = 0; i < 200; i++) {
            source.append(i * 300, i);
        }
        LogTarget target = fixture.follow(partition(0));
        awaitEqual(source, target);
        awaitAcknowledged(source);
        assertThat(source.log().segmentCount()).isGreaterThan(1);
    }

    @Test
    void pushesWhatIsAppendedWhileItFollows() {
        LogSource source = fixture.lead(partition(0));
        LogTarget target = fixture.follow(partition(0));
        for (int i = 0; i < 100; i++) {
            source.append(100, i);
            if (i % 10 == 0) {
                awaitEqual(source, target);
            }
        }
        awaitEqual(source, target);
        awaitAcknowledged(source);
        assertThat(source.acknowledged()).isSorted();
        await(
                "the replica knows what is committed",
                () -> target.log().highWatermark() == source.log().highWatermark());
    }

    @Test
    void carriesEntriesThatAreLargerThanARunWithoutACopy() {
        LogSource source = fixture.lead(partition(0));
        source.append(5 << 20, 1);
        source.append(10, 2);
        source.append(3 << 20, 3);
        LogTarget target = fixture.follow(partition(0));
        awaitEqual(source, target);
        assertThat(fixture.injections()).isPositive();
    }

    @Test
    void followsAThousandPartitionsOnOneStream() {
        fixture.close();
        fixture = new ReplicationFixture(new SimulatedDisk(1));
        List<LogSource> sources = new ArrayList<>();
        List<LogTarget> targets = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            LogSource source = fixture.lead(partition(i));
            source.append(200, i);
            sources.add(source);
            targets.add(fixture.follow(partition(i)));
        }
        for (int i = 0; i < 1000; i++) {
            sources.get(i).append(200, 1000 + i);
        }
        for (int i = 0; i < 1000; i++) {
            awaitEqual(sources.get(i), targets.get(i));
            awaitAcknowledged(sources.get(i));
        }
    }

    @Test
    void cutsWhatTheLeaderNeverHad() {
        PartitionLog log = fixture.leadersLog(partition(0));
        LogTarget target = fixture.replica(partition(0), EPOCH);
        for (int i = 0; i < 5; i++) {
            Logs.append(log, 1, 50, i);
        }
        Logs.copy(log, target.log());
        int[][] epochs = {{1, 2}, {3, 4}};
        for (int[] pair : epochs) {
            for (int i = 0; i < 3; i++) {
                Logs.append(target.log(), pair[0], 50, 10 * pair[0] + i);
                Logs.append(log, pair[1], 50, 10 * pair[1] + i);
            }
        }
        LogSource source = fixture.lead(log, EPOCH);
        fixture.fetchers().follow(target);
        source.append(50, 50);
        awaitEqual(source, target);
        assertThat(target.cuts()).isPositive();
        awaitAcknowledged(source);
    }

    @Test
    void beginsAnewWhereTheLeadersLogBegins() {
        LogSource source = fixture.lead(partition(0));
        LogTarget target = fixture.follow(partition(0));
        source.append(100, 0);
        awaitEqual(source, target);
        fixture.stopServer();
        for (int i = 1; i < 50; i++) {
            source.append(100_000, i);
        }
        source.log().advanceHighWatermark(40);
        source.advanceLogStart(40);
        fixture.startServer();
        awaitEqual(source, target);
        assertThat(target.restarts()).isPositive();
        assertThat(target.log().logStartOffset()).isEqualTo(40);
    }

    @Test
    void takesOverTheLogStartOfItsLeader() {
        LogSource source = fixture.lead(partition(0));
        LogTarget target = fixture.follow(partition(0));
        for (int i = 0; i < 10; i++) {
            source.append(100, i);
        }
        awaitAcknowledged(source);
        source.advanceLogStart(7);
        await("the log start is taken over", () -> target.log().logStartOffset() == 7);
        source.append(100, 10);
        awaitEqual(source, target);
    }

    @Test
    void goesOnWhereItWasAfterEveryBrokenConnection() {
        LogSource source = fixture.lead(partition(0));
        LogTarget target = fixture.follow(partition(0));
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 50; i++) {
                source.append(20_000, round * 100 + i);
            }
            long before = target.log().logEndOffset();
            await("something arrives", () -> target.log().logEndOffset() > before);
            fixture.breakConnections(); // in the middle
        }
        awaitEqual(source, target);
        awaitAcknowledged(source);
        assertThat(target.cuts() + target.restarts()).isZero();
    }

    @Test
    void takesNothingFromTheNextLeadershipBeforeItHasHeardOfIt() {
        LogSource first = fixture.lead(partition(0));
        LogTarget target = fixture.follow(partition(0));
        first.append(100, 1);
        awaitEqual(first, target);
        LogSource second = fixture.lead(first.log(), EPOCH + 1);
        first.end(LogError.NOT_LEADER);
        await("the leader is done with the first", () -> first.listenerCount() == 0);
        second.append(100, 2);
        assertThat(target.log().logEndOffset()).isEqualTo(1);
        target.setEpoch(EPOCH + 1);
        awaitEqual(second, target);
        assertThat(first.opens()).hasSize(1);
    }

    @Test
    void asksAgainUntilTheLeaderAccepts() {
        LogSource source = fixture.lead(partition(0));
        source.append(100, 1);
        source.refuse(Optional.of(LogFailure.of(LogError.STALE_EPOCH, "not yet")));
        LogTarget target = fixture.follow(partition(0));
        await("it asks more than once", () -> source.opens().size() >= 2);
        source.refuse(Optional.empty());
        awaitEqual(source, target);
    }

    @Test
    void leavesOthersAloneWhileOneReplicaTakesNothing() {
        LogSource source = fixture.lead(partition(0));
        LogSource other = fixture.lead(partition(1));
        LogTarget target = fixture.follow(partition(0));
        LogTarget otherTarget = fixture.follow(partition(1));
        target.setFull(true);
        for (int i = 0; i < 100; i++) {
            source.append(500_000, i); // more than the credit of the stream
            other.append(100, i);
        }
        awaitEqual(other, otherTarget);
        assertThat(target.log().logEndOffset()).isZero();
        target.setFull(false);
        awaitEqual(source, target);
    }

    @Test
    void leavesOthersAloneWhileOnePartitionCannotBeRead() {
        LogSource source = fixture.lead(partition(0));
        LogSource other = fixture.lead(partition(1));
        source.breakReads(true);
        for (int i = 0; i < 50; i++) {
            source.append(100_000, i);
            other.append(100_000, i);
        }
        LogTarget target = fixture.follow(partition(0));
        LogTarget otherTarget = fixture.follow(partition(1));
        awaitEqual(other, otherTarget);
        await("it is tried again and again", () -> source.opens().size() >= 3);
        assertThat(other.opens()).hasSize(1);
        source.breakReads(false);
        awaitEqual(source, target);
    }

    @Test
    void movesBetweenTheStreamsAsItCatchesUp() {
        LogSource source = fixture.lead(partition(0));
        source.append(100, 1);
        LogTarget target = fixture.replica(partition(0), EPOCH);
        target.setInSync(false);
        fixture.fetchers().follow(target);
        awaitEqual(source, target);
        int opens = source.opens().size();
        target.setInSync(true);
        await("it opens on the other stream", () -> source.opens().size() > opens);
        source.append(100, 2);
        awaitEqual(source, target);
    }

    @Test
    void hearsNothingMoreOnceItIsOver() {
        LogSource source = fixture.lead(partition(0));
        LogTarget target = fixture.follow(partition(0));
        source.append(100, 1);
        awaitEqual(source, target);
        target.end();
        await("nobody listens to the leader", () -> source.listenerCount() == 0);
        assertThat(target.listenerCount()).isZero();
    }

    @Test
    void reportsALeaderThatItCannotReach() {
        LogSource source = fixture.lead(partition(0));
        LogTarget target = fixture.follow(partition(0));
        source.append(100, 1);
        awaitEqual(source, target);
        assertThat(fixture.fetchers().unreachableLeaders()).isEmpty();
        fixture.stopServer();
        await(
                "the leader is reported",
                () -> fixture.fetchers().unreachableLeaders().contains(ReplicationFixture.LEADER));
        fixture.startServer();
        await("it is not any more", () -> fixture.fetchers().unreachableLeaders().isEmpty());
    }
}
