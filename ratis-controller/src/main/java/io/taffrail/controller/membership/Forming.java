// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.ControllerPeer;
import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.membership.FormingStep.Await;
import io.taffrail.controller.membership.FormingStep.Join;
import io.taffrail.controller.membership.FormingStep.Start;
import io.taffrail.controller.membership.FormingStep.Stop;
import io.taffrail.controller.membership.FormingStep.Write;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a controller that has no group to one: asks the other listed controllers again and again,
 * and does what {@link FormingRule} says. On its executor's one thread, which may block.
 */
public final class Forming implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Forming.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration ASK_EVERY = Duration.ofMillis(200);
    private static final Duration SAY_EVERY = Duration.ofSeconds(5);

    /** What comes of it; told once. */
    public interface Outcome {
        /** Raft may start with this. */
        void ready(Formation formation);

        /** People have to decide. */
        void refused(String why);
    }

    private final PeerName self;
    private final OwnIntroduction own;
    private final FormingRule rule;
    private final FormationStore store;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private final Outcome outcome;
    private final Map<Integer, Acquaintance> others = new TreeMap<>();
    private volatile List<String> missing = List.of("the other controllers are being asked");
    private Formation written;
    private OptionalLong saidAt = OptionalLong.empty();

    public Forming(
            ControllerSettings settings,
            OwnIntroduction own,
            PeerConnections connections,
            FormationStore store,
            Clock clock,
            ScheduledExecutorService executor,
            Outcome outcome) {
        this.self = own.get().name();
        this.own = own;
        this.store = store;
        this.clock = clock;
        this.executor = executor;
        this.outcome = outcome;
        SortedMap<Integer, ControllerPeer> listed = new TreeMap<>();
        settings.peers().forEach(peer -> listed.put(peer.nodeId(), peer));
        this.rule = new FormingRule(settings.clusterId(), listed);
        for (ControllerPeer peer : settings.peers()) {
            if (peer.nodeId() != settings.nodeId()) {
                others.put(peer.nodeId(), new Acquaintance(connections, peer.apiAddress()));
            }
        }
    }

    /** Begins to ask. */
    public void start() {
        execute(this::ask);
    }

    /** What it waits for at present. */
    public List<String> missing() {
        return missing;
    }

    private void ask() {
        Map<Integer, Introduction> heard = new TreeMap<>();
        CompletableFuture<?>[] answers =
                others.entrySet().stream()
                        .map(
                                other ->
                                        other.getValue()
                                                .ask(PATIENCE)
                                                .thenAccept(
                                                        said -> {
                                                            synchronized (heard) {
                                                                heard.put(other.getKey(), said);
                                                            }
                                                        })
                                                .exceptionally(unreachable -> null))
                        .toArray(CompletableFuture<?>[]::new);
        var unused =
                CompletableFuture.allOf(answers)
                        .whenComplete((all, never) -> execute(() -> go(heard)));
    }

    private void go(Map<Integer, Introduction> heard) {
        FormingStep step;
        synchronized (heard) {
            step = rule.next(own.get(), heard);
        }
        if (step instanceof Await await) {
            missing = await.missing();
            sayWhatIsMissing();
            askLater();
        } else if (step instanceof Write write) {
            write(write.formation());
            own.wrote(write.formation().group());
            LOG.info("forming the {}", write.formation().group());
            execute(this::ask);
        } else if (step instanceof Start) {
            finish(written);
        } else if (step instanceof Join join) {
            Formation waiting = Formation.toJoin(join.clusterId(), self);
            write(waiting);
            own.wrote(waiting.group());
            finish(waiting);
        } else if (step instanceof Stop stop) {
            close();
            outcome.refused(stop.why());
        }
    }

    private void write(Formation formation) {
        try {
            store.store(formation);
            written = formation;
        } catch (IOException e) {
            close();
            outcome.refused("what is formed cannot be written down: " + e);
        }
    }

    private void finish(Formation formation) {
        close();
        missing = List.of();
        outcome.ready(formation);
    }

    private void sayWhatIsMissing() {
        long now = clock.nanoTime();
        if (saidAt.isEmpty() || now - saidAt.getAsLong() >= SAY_EVERY.toNanos()) {
            saidAt = OptionalLong.of(now);
            LOG.info(
                    "this node, {}, waits to form a cluster: {}", self, String.join("; ", missing));
        }
    }

    private void askLater() {
        try {
            var unused = executor.schedule(this::ask, ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed while it waited for other controllers");
        }
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed while it waited for other controllers");
        }
    }

    /** Asks nobody any more. */
    @Override
    public void close() {
        others.values().forEach(Acquaintance::close);
    }
}
