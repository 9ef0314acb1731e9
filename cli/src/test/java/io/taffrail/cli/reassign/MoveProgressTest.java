// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.ReassignmentStatus;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MoveProgressTest {
    private final MoveProgress progress = new MoveProgress();

    private static ReassignmentStatus move(int partition, OptionalLong copied, OptionalLong left) {
        return new ReassignmentStatus(
                PartitionRef.of("t", partition),
                List.of(1, 2),
                List.of(2),
                List.of(1),
                OptionalLong.empty(),
                copied,
                left);
    }

    private static ReassignmentStatus move(int partition, long copied, long left) {
        return move(partition, OptionalLong.of(copied), OptionalLong.of(left));
    }

    @Test
    void countsEachMoveAlikeAndThoseThatAreDoneWhole() {
        progress.update(List.of(move(0, 0, 10), move(1, 0, 1_000_000), move(2, 0, 0)));
        assertThat(progress.fraction()).isZero();

        progress.update(List.of(move(1, 500_000, 500_000)));

        assertThat(progress.fraction()).isCloseTo(2.5 / 3, within(1e-9));
        assertThat(progress.text())
                .isEqualTo(
                        "[#########################.....]  83%, 2 of 3 moves done, 500.0 kB to go");
    }

    @Test
    void goesByTheNumberOfMovesWhereNobodyKnowsBytes() {
        progress.update(
                List.of(
                        move(0, OptionalLong.empty(), OptionalLong.empty()),
                        move(1, OptionalLong.empty(), OptionalLong.empty())));
        progress.update(List.of(move(1, OptionalLong.empty(), OptionalLong.empty())));

        assertThat(progress.fraction()).isEqualTo(0.5);
        assertThat(progress.isDone()).isFalse();
    }

    @Test
    void countsMovesThatBeginMeanwhile() {
        progress.update(List.of(move(0, 0, 10)));
        progress.update(List.of(move(1, 0, 10)));
        assertThat(progress.total()).isEqualTo(2);

        progress.update(List.of());

        assertThat(progress.isDone()).isTrue();
        assertThat(progress.fraction()).isEqualTo(1);
    }
}
