// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.segment.TimestampType;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on a log and on its twin: whatever is asked, both say the same. The seed
 * decides everything, so a failure replays under it; its message ends in the last operations.
 */
class PartitionLogPropertyTest {
    private static final int OPERATIONS = 1_000;
    private static final int SOAK_OPERATIONS = 10_000;

    static LongStream seeds() {
        return LongStream.range(0, 120);
    }

    static LongStream soakSeeds() {
        return LongStream.range(1_000, 1_400);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersAsItsTwin(long seed) {
        new Run(seed).run(OPERATIONS);
    }

    @Tag("soak")
    @ParameterizedTest
    @MethodSource("soakSeeds")
    void answersAsItsTwinForLong(long seed) {
        new Run(seed).run(SOAK_OPERATIONS);
    }

    /** One run: settings, operations and their details follow from the seed. */
    static final class Run {
        private static final Path FOLDER = Path.of("/data");
        private static final int FULL_CHECK_EVERY = 20;
        private static final int SHOWN_OPERATIONS = 30;

        private final long seed;
        private final Random random;
        private final SimulatedDisk disk;
        private final SimulatedClock clock = new SimulatedClock();
        private final LogConfig config;
        private final Deque<String> history = new ArrayDeque<>();
        private final TwinnedLog replica;
        private int leaders;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.disk = new SimulatedDisk(seed);
            this.config = randomConfig();
            this.replica = twinnedLog("replica");
        }

        private TwinnedLog twinnedLog(String name) {
            return new TwinnedLog(random, disk, clock, config, FOLDER.resolve(name), history);
        }

        private LogConfig randomConfig() {
            LogConfig base =
                    LogConfig.DEFAULT
                            .withFlush(random.nextInt(3) == 0 ? FlushPolicy.OS : FlushPolicy.COMMIT)
                            .withTimestampType(
                                    random.nextInt(3) == 0
                                            ? TimestampType.APPEND
                                            : TimestampType.CREATE)
                            .withSegmentBytes(1024 << random.nextInt(3))
                            .withSegmentAge(Duration.ofMinutes(30))
                            .withIndexIntervalBytes(1 + random.nextInt(600));
            if (random.nextInt(5) < 2) {
                return base.withCompaction(Duration.ofMinutes(random.nextInt(3) * 5L));
            }
            return base.withRetention(
                    random.nextBoolean() ? Optional.of(Duration.ofMinutes(50)) : Optional.empty(),
                    random.nextBoolean() ? OptionalLong.of(4000) : OptionalLong.empty());
        }

        /** Runs, and checks everything at the end too. */
        void run(int operations) {
            int done = 0;
            try {
                disk.createDirectories(FOLDER.resolve("replica"));
                replica.open(OptionalLong.empty());
                for (; done < operations; done++) {
                    operate();
                    replica.checkMarks();
                    if (done % FULL_CHECK_EVERY == 0) {
                        replica.checkAll();
                    }
                    while (history.size() > SHOWN_OPERATIONS) {
                        history.remove();
                    }
                }
                replica.checkAll();
                replica.close();
                assertThat(disk.openHandles()).as("open: %s", disk.openPaths()).isZero();
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed %s, operation %s, %s: %s%nlast operations:%n  %s"
                                .formatted(seed, done, config, e, String.join("\n  ", history)),
                        e);
            }
        }

        private void operate() throws IOException {
            int dice = random.nextInt(1000);
            if (dice < 330) {
                replica.appendAsLeader();
            } else if (dice < 420) {
                replica.appendAsFollower();
            } else if (dice < 450) {
                replica.appendAsFollowerInVain();
            } else if (dice < 620) {
                replica.read();
            } else if (dice < 645) {
                replica.holdSlice();
            } else if (dice < 700) {
                replica.lookUpTime();
            } else if (dice < 780) {
                replica.advanceHighWatermark();
            } else if (dice < 850) {
                replica.becomeDurable();
            } else if (dice < 880) {
                replica.nextEpoch();
            } else if (dice < 905) {
                replica.age();
            } else if (dice < 920) {
                replica.truncate();
            } else if (dice < 935) {
                replica.advanceLogStart();
            } else if (dice < 950) {
                replica.retain();
            } else if (dice < 965) {
                replica.compact();
            } else if (dice < 970) {
                replica.scrub();
            } else if (dice < 977) {
                replica.checkpoint();
            } else if (dice < 985) {
                replica.closeAndOpen();
            } else if (dice < 994) {
                replica.crashAndOpen();
            } else {
                serveALeader();
            }
        }

        // A second log

        /**
         * Another log takes all of this one and goes on as the leader, while this one goes on too,
         * for it has not heard. Then this one follows: from where they part, or anew from where the
         * leader says.
         */
        private void serveALeader() throws IOException {
            history.add("a leader begins");
            replica.commitAll();
            long common = replica.twin.end;
            TwinnedLog leader = beginLeader();
            while (random.nextInt(4) != 0) {
                replica.appendAsLeader();
                replica.checkMarks();
            }
            leader.epoch = replica.epoch + 2; // it may try to append at the one before its own
            lead(leader, 1 + random.nextInt(40));
            boolean anew = replica.twin.cutBelowCompacted || random.nextBoolean();
            if (anew || leader.twin.start > common) {
                replica.restartAt(leader.log.restartPoint());
                requireTrue(replica, leader);
            } else {
                cutToWhereTheyPart(leader);
                assertThat(replica.twin.end).isEqualTo(common);
            }
            followToTheEnd(replica, leader);
            history.add("the leader ends");
            leader.checkAll();
            leader.close();
        }

        private TwinnedLog beginLeader() throws IOException {
            String name = "leader-" + leaders++;
            disk.createDirectories(FOLDER.resolve(name));
            TwinnedLog leader = twinnedLog(name);
            leader.open(OptionalLong.empty());
            leader.restartAt(replica.log.restartPoint());
            requireTrue(leader, replica);
            followToTheEnd(leader, replica);
            leader.commitAll();
            return leader;
        }

        private void lead(TwinnedLog leader, int operations) throws IOException {
            for (int i = 0; i < operations; i++) {
                switch (random.nextInt(10)) {
                    case 0 -> leader.advanceHighWatermark();
                    case 1 -> leader.nextEpoch();
                    case 2 -> leader.age();
                    case 3 -> leader.compact();
                    case 4 -> leader.retain();
                    case 5 -> leader.advanceLogStart();
                    default -> leader.appendAsLeader();
                }
                leader.checkMarks();
            }
            leader.becomeDurable();
        }

        /** What a replica is told of the producers when it begins anew was so. */
        private static void requireTrue(TwinnedLog begun, TwinnedLog source) {
            Map<Long, Producers.State> told = begun.twin.producers();
            assertThat(source.twin.isTrue(told)).as("%s was so", told).isTrue();
        }

        /** KIP-279: back, epoch by epoch, to the last offset that both have of the same epoch. */
        private void cutToWhereTheyPart(TwinnedLog leader) throws IOException {
            OptionalInt asked = replica.log.latestEpoch();
            while (asked.isPresent()) {
                Optional<OffsetAndEpoch> theirs = leader.log.endOfEpoch(asked.getAsInt());
                long ours = replica.log.endOfEpoch(asked.getAsInt()).orElseThrow().offset();
                if (theirs.isEmpty()) {
                    // All epochs that the leader still has began later: nothing here is of them.
                    replica.truncate(leader.twin.start, TruncationReason.DIVERGENCE);
                    return;
                }
                if (theirs.get().leaderEpoch() == asked.getAsInt()) {
                    replica.truncate(
                            Math.min(theirs.get().offset(), ours), TruncationReason.DIVERGENCE);
                    return;
                }
                long start =
                        replica.log
                                .endOfEpoch(asked.getAsInt() - 1)
                                .map(OffsetAndEpoch::offset)
                                .orElse(replica.twin.start);
                replica.truncate(start, TruncationReason.DIVERGENCE);
                asked = replica.log.latestEpoch();
            }
        }

        private void followToTheEnd(TwinnedLog follower, TwinnedLog leader) throws IOException {
            while (follower.twin.end < leader.twin.end) {
                long from = follower.twin.end;
                LogReadResult result =
                        leader.log.readVerified(from, Long.MAX_VALUE, random.nextInt(2000));
                try (LogSlice slice = (LogSlice) result) {
                    follower.follow(slice.copy(), from, leader.log.epochOf(from - 1));
                    assertThat(follower.twin.end).isEqualTo(slice.nextOffset());
                }
                follower.checkMarks();
            }
            follower.checkAll();
            requireSame(follower, leader);
        }

        /** I2, and that each producer goes on where it was. */
        private static void requireSame(TwinnedLog follower, TwinnedLog leader) throws IOException {
            List<Entry> theirs = LogContents.readAll(leader.log);
            List<Entry> ours = LogContents.readAll(follower.log);
            long from = theirs.isEmpty() ? leader.twin.end : theirs.get(0).baseOffset();
            List<Entry> left = ours.stream().filter(e -> e.baseOffset() >= from).toList();
            for (Entry entry : theirs) {
                Optional<Entry> own =
                        left.stream().filter(e -> e.baseOffset() == entry.baseOffset()).findAny();
                own.ifPresent(
                        e ->
                                assertThat(entry.isWhatIsLeftOf(e) || e.isWhatIsLeftOf(entry))
                                        .as("%s and %s", e, entry)
                                        .isTrue());
            }
            Map<Long, Producers.State> known = follower.twin.producers();
            if (leader.twin.cutBelowCompacted) {
                return;
            }
            leader.twin
                    .producers()
                    .forEach(
                            (id, state) -> {
                                assertThat(known).containsKey(id);
                                assertThat(known.get(id).epoch()).isEqualTo(state.epoch());
                                assertThat(known.get(id).last()).isEqualTo(state.last());
                            });
        }
    }
}
