// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.quorum.QuorumEvents;
import io.taffrail.model.cluster.MetadataChange;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Events of a member, to be waited for. */
final class RecordedEvents implements QuorumEvents {
    final CountDownLatch ready = new CountDownLatch(1);
    final CompletableFuture<String> death = new CompletableFuture<>();
    volatile boolean failing;

    @Override
    public void applied(List<MetadataChange> changes, ControllerState after) {
        if (failing) {
            throw new IllegalStateException("what listens has a bug");
        }
    }

    @Override
    public void replaced(ControllerState state) {}

    @Override
    public void leaderReady() {
        ready.countDown();
    }

    @Override
    public void notLeader() {}

    @Override
    public void removed() {}

    @Override
    public void died(String why) {
        death.complete(why);
    }
}
