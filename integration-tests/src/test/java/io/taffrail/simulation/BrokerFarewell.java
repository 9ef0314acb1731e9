// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.DecommissionBrokerResponse;
import io.taffrail.api.v1.UnregisterBrokerRequest;
import io.taffrail.api.v1.UnregisterBrokerResponse;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;

/**
 * A broker is emptied, stopped and forgotten, and then comes back as a new one would. One at a
 * time; what takes too long is called off.
 */
final class BrokerFarewell {
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Duration AGAIN = Duration.ofMillis(200);

    private final SimCluster cluster;
    private final SimAdmin admin;
    private SimBroker broker;
    private Runnable happened;
    private long giveUpNanos;
    private boolean busy;

    BrokerFarewell(SimCluster cluster, SimAdmin admin) {
        this.cluster = cluster;
        this.admin = admin;
    }

    boolean isIdle() {
        return !busy;
    }

    void begin(SimBroker leaving, Runnable told) {
        if (busy) {
            return;
        }
        busy = true;
        broker = leaving;
        happened = told;
        giveUpNanos = cluster.world().scheduler().nanoTime() + PATIENCE.toNanos();
        decommission();
    }

    private void later(Runnable step) {
        boolean late = cluster.world().scheduler().nanoTime() > giveUpNanos;
        cluster.world().scheduler().after(AGAIN, late ? this::callOff : step);
    }

    private void decommission() {
        admin.<DecommissionBrokerResponse>ask(
                broker + " is to be emptied",
                stub -> stub.decommissionBroker(request(false)),
                answer -> waitUntilEmpty(),
                failure -> later(this::decommission));
    }

    private DecommissionBrokerRequest request(boolean cancel) {
        return DecommissionBrokerRequest.newBuilder()
                .setBrokerId(broker.id())
                .setCancel(cancel)
                .build();
    }

    private void waitUntilEmpty() {
        if (isEmpty(cluster.image())) {
            broker.kill();
            unregister();
        } else {
            later(this::waitUntilEmpty);
        }
    }

    private boolean isEmpty(MetadataImage image) {
        boolean[] holds = new boolean[1];
        image.forEachPartition(partition -> holds[0] |= isOn(partition));
        return image.broker(broker.id()).isPresent() && !holds[0];
    }

    private boolean isOn(PartitionEntry partition) {
        return partition.replicaOn(broker.id()).isPresent();
    }

    /** Refused until it counts as dead. */
    private void unregister() {
        UnregisterBrokerRequest request =
                UnregisterBrokerRequest.newBuilder().setBrokerId(broker.id()).build();
        admin.<UnregisterBrokerResponse>ask(
                broker + " is to be forgotten",
                stub -> stub.unregisterBroker(request),
                answer -> {
                    happened.run();
                    broker.start();
                    busy = false;
                },
                failure -> later(this::unregister));
    }

    private void callOff() {
        broker.start();
        admin.<DecommissionBrokerResponse>ask(
                broker + " is to stay",
                stub -> stub.decommissionBroker(request(true)),
                answer -> busy = false,
                failure -> cluster.world().scheduler().after(AGAIN, this::unlessForgotten));
    }

    /** It may have been forgotten without an answer, and be back by now as a new one. */
    private void unlessForgotten() {
        boolean stays =
                cluster.image()
                        .broker(broker.id())
                        .filter(entry -> !entry.decommissioning())
                        .isPresent();
        if (stays) {
            busy = false;
        } else {
            callOff();
        }
    }
}
