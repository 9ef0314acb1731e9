// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.HostPort;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the others whether the group has gone on without this member. Raft's leader tells it only to
 * one that stands for election. One that stopped while its removal was on its way, and starts
 * again, never does: it would wait for ever for a leader that has nothing to say to it.
 */
public final class RemovalCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final PeerName self;
    private final PeerConnections connections;
    private final Runnable onRemoved;
    private boolean asking; // guarded by this

    /**
     * @param onRemoved told on any thread, perhaps more than once
     */
    public RemovalCheck(PeerName self, PeerConnections connections, Runnable onRemoved) {
        this.self = self;
        this.connections = connections;
        this.onRemoved = onRemoved;
    }

    /** Asks, unless it waits for answers already. */
    public synchronized void look(GroupConfiguration known, Collection<HostPort> others) {
        if (asking) {
            return;
        }
        asking = true;
        CompletableFuture<?>[] answers =
                others.stream()
                        .map(other -> ask(other, known))
                        .toArray(CompletableFuture<?>[]::new);
        var unused = CompletableFuture.allOf(answers).whenComplete((all, never) -> answered());
    }

    private CompletableFuture<Void> ask(HostPort address, GroupConfiguration known) {
        return Acquaintance.askOnce(connections, address, PATIENCE)
                .handle(
                        (answer, unreachable) -> {
                            if (answer != null
                                    && answer.configuration().provesRemoval(self, known)) {
                                onRemoved.run();
                            }
                            return null;
                        });
    }

    private synchronized void answered() {
        asking = false;
    }
}
