// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static io.taffrail.broker.replication.stream.ReplicationFixture.awaitAcknowledged;
import static io.taffrail.broker.replication.stream.ReplicationFixture.awaitEqual;
import static io.taffrail.broker.replication.stream.ReplicationFixture.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.testsupport.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever breaks on the way, in the end every replica has every byte. */
class ReplicationChaosTest {
    private static final int PARTITIONS = 8;
    private static final int STEPS = 400;

    /** So little that credit is always short. */
    private static final FetcherLimits LIMITS =
            new FetcherLimits(
                    40_000,
                    20_000,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2));

    private final List<LogSource> sources = new ArrayList<>();
    private final List<LogTarget> targets = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void copiesEveryByteInTheEnd(long seed) {
        Random random = new Random(seed);
        try (ReplicationFixture fixture =
                new ReplicationFixture(new SimulatedDisk(seed), Path.of("/"), LIMITS)) {
            for (int p = 0; p < PARTITIONS; p++) {
                sources.add(fixture.lead(partition(p)));
                targets.add(fixture.follow(partition(p)));
            }
            for (int step = 0; step < STEPS; step++) {
                step(fixture, random, step);
            }
            heal(fixture);
        }
    }

    private void step(ReplicationFixture fixture, Random random, int step) {
        int p = random.nextInt(PARTITIONS);
        LogSource source = sources.get(p);
        LogTarget target = targets.get(p);
        switch (random.nextInt(30)) {
            case 0 -> fixture.breakConnections();
            case 1 -> {
                fixture.stopServer();
                fixture.startServer();
            }
            case 2 -> target.setFull(random.nextBoolean());
            case 3 -> target.setInSync(random.nextBoolean());
            case 4 -> source.breakReads(random.nextInt(3) == 0);
            case 5 -> {
                if (source.log().highWatermark() > source.log().logStartOffset()) {
                    source.advanceLogStart(source.log().highWatermark());
                }
            }
            default -> source.append(random.nextInt(30_000), step);
        }
    }

    private void heal(ReplicationFixture fixture) {
        for (int p = 0; p < PARTITIONS; p++) {
            sources.get(p).breakReads(false);
            sources.get(p).refuse(Optional.empty());
            targets.get(p).setFull(false);
        }
        fixture.breakConnections();
        for (int p = 0; p < PARTITIONS; p++) {
            awaitEqual(sources.get(p), targets.get(p));
            awaitAcknowledged(sources.get(p));
            assertThat(targets.get(p).cuts()).isZero();
        }
    }
}
