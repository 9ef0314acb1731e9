// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.LogError.CanonicalCode;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** P2: disks that are gone, and disks that only seemed to be. */
class ReplaceDiskTest {
    private static final DirectoryId OLD = History.directory(1);
    private static final DirectoryId NEW = History.directory(101);

    private final History history = new History();
    private int incarnation = 500;

    private Decision register(DirectoryId directory, OptionalLong stored, boolean replaceLost) {
        return history.apply(
                History.registration(
                        1,
                        new Command.DirectoryClaim(directory, stored, OptionalLong.empty(), false),
                        replaceLost,
                        OptionalLong.empty(),
                        new UUID(1, incarnation++)));
    }

    private Decision comesEmpty(boolean replaceLost) {
        return register(NEW, OptionalLong.empty(), replaceLost);
    }

    private Decision replaceDisk() {
        return history.apply(new Command.ReplaceDisk(1));
    }

    private ReplicaEntry replica() {
        return history.partition().replicaOn(1).orElseThrow();
    }

    @Test
    void anEmptyDiskStaysOutUntilTheOldOneIsGivenUp() {
        history.brokers(1, 2, 3).topic(Map.of(), 1, 2, 3);
        history.fence(1);
        assertThat(comesEmpty(false).refusal().orElseThrow().message())
                .contains("cluster replace-disk 1");
        assertThat(replaceDisk().refusal()).isEmpty();
        assertThat(replica().fault()).isEqualTo(ReplicaFault.LOST);
        assertThat(comesEmpty(false).refusal()).isEmpty();
        assertThat(replica().directoryId()).isEqualTo(NEW);
        assertThat(replica().fault()).isEqualTo(ReplicaFault.NONE);
        assertThat(replica().placedIndex())
                .as("no directory of that placement was ever there")
                .isEqualTo(history.epoch(1).orElseThrow());
        assertThat(history.state().ledger().lost()).isEmpty();
        history.unfence(1);
        assertThat(history.partition().isr()).containsExactly(2, 3);
    }

    @Test
    void theConfigurationMayGiveDisksUpByItself() {
        history.brokers(1, 2, 3).topic(Map.of(), 1, 2, 3);
        assertThat(comesEmpty(true).refusal()).isEmpty();
        assertThat(replica().directoryId()).isEqualTo(NEW);
        assertThat(history.partition().isr()).containsExactly(2, 3);
    }

    /** A disk that was another node's, or this one's long ago, is not an empty one. */
    @Test
    void aDiskThatWasInUseIsNotTakenForAnEmptyOne() {
        history.brokers(1, 2, 3).topic(Map.of(), 1, 2, 3);
        assertThat(register(NEW, OptionalLong.of(1), true).refusal()).isPresent();
    }

    /** Without: an empty log is elected as the last known to be complete. */
    @Test
    void anEmptyDiskIsNotTheLastKnownOne() {
        history.brokers(1).topic(Map.of("recovery", "last-leader"), 1);
        history.fence(1);
        assertThat(history.partition().elr()).containsExactly(1);
        replaceDisk();
        comesEmpty(false);
        history.unfence(1);
        assertThat(history.partition().leader()).isEmpty();
        assertThat(history.partition().lastKnown())
                .extracting(ReplicaEntry::directoryId)
                .containsExactly(OLD);
    }

    @Test
    void anOldDiskThatReturnsIsTheLastKnownOne() {
        history.brokers(1).topic(Map.of("recovery", "last-leader"), 1);
        OptionalLong stored = history.epoch(1);
        history.fence(1);
        replaceDisk();
        comesEmpty(false);
        history.unfence(1);
        history.fence(1);
        replaceDisk();
        assertThat(register(OLD, stored, false).refusal()).isEmpty();
        assertThat(replica().directoryId()).isEqualTo(OLD);
        history.unfence(1);
        assertThat(history.partition().leader()).hasValue(1);
        assertThat(history.partition().recovering()).isTrue();
    }

    /** It was not mounted, and somebody was rash. */
    @Test
    void aDiskThatWasGivenUpTooEarlyCatchesUp() {
        history.brokers(1, 2, 3).topic(Map.of(), 1, 2, 3);
        OptionalLong stored = history.epoch(1);
        history.fence(1);
        replaceDisk();
        register(OLD, stored, false);
        history.unfence(1);
        assertThat(replica().fault()).isEqualTo(ReplicaFault.NONE);
        assertThat(history.partition().isr()).containsExactly(2, 3);
        assertThat(history.propose(history.proposal(history.partition(), 1, 2, 3)).refusal())
                .isEmpty();
    }

    /** It came back as it had been before it served last. */
    @Test
    void anOldCopyOfAnOldDiskCountsAsLost() {
        history.brokers(1).topic(Map.of("recovery", "last-leader"), 1);
        OptionalLong copied = history.epoch(1);
        history.register(1);
        history.unfence(1);
        history.fence(1);
        replaceDisk();
        comesEmpty(false);
        history.fence(1);
        replaceDisk();
        register(OLD, copied, false);
        history.unfence(1);
        assertThat(replica().fault()).isEqualTo(ReplicaFault.LOST);
        assertThat(history.partition().leader()).isEmpty();
    }

    @Test
    void aDiskInUseIsNotGivenUp() {
        history.brokers(1, 2).topic(Map.of(), 1, 2);
        assertThat(replaceDisk().refusal().orElseThrow().code())
                .isEqualTo(CanonicalCode.FAILED_PRECONDITION);
        assertThat(history.apply(new Command.ReplaceDisk(9)).refusal().orElseThrow().code())
                .isEqualTo(CanonicalCode.NOT_FOUND);
        assertThat(history.partition().isr()).containsExactly(1, 2);
    }
}
