// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.PartitionProgress;
import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.DecommissionBrokerResponse;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Brokers that are emptied: asked of the active controller, which goes on by itself. */
final class DecommissionMethod {
    private static final Duration AT_MOST = Duration.ofSeconds(30);

    private final ClusterView view;
    private final ActiveController controller;
    private final ProgressReports progress;

    DecommissionMethod(ClusterView view, ActiveController controller, ProgressReports progress) {
        this.view = view;
        this.controller = controller;
        this.progress = progress;
    }

    CompletableFuture<DecommissionBrokerResponse> decommission(DecommissionBrokerRequest request) {
        ReassignmentMethods.checkThrottle(
                request.hasThrottleBytesPerSecond(), request.getThrottleBytesPerSecond());
        AdministerRequest change =
                AdministerRequest.newBuilder().setDecommissionBroker(request).build();
        return controller
                .administer(change, CallDeadline.remaining(AT_MOST))
                .thenCompose(response -> status(request.getBrokerId(), response));
    }

    private CompletableFuture<DecommissionBrokerResponse> status(
            int brokerId, AdministerResponse made) {
        MetadataImage image = view.image();
        List<PartitionEntry> held = new ArrayList<>();
        image.forEachPartition(
                partition -> partition.replicaOn(brokerId).ifPresent(here -> held.add(partition)));
        DecommissionBrokerResponse.Builder response =
                DecommissionBrokerResponse.newBuilder()
                        .setBroker(BrokerChanges.summary(image, brokerId, MadeChanges.of(made)))
                        .setRemainingReplicaCount(held.size());
        made.getStuckPartitionsList()
                .forEach(stuck -> response.addStuckPartitions(PartitionOutcomes.ref(stuck)));
        return progress.of(held)
                .thenApply(
                        reports -> {
                            remaining(brokerId, held, reports)
                                    .ifPresent(response::setRemainingBytes);
                            return response.build();
                        });
    }

    /** Empty if a leader did not answer: half a sum would only mislead. */
    private static OptionalLong remaining(
            int brokerId, List<PartitionEntry> held, ProgressReports.Reports reports) {
        long bytes = 0;
        for (PartitionEntry partition : held) {
            Optional<PartitionProgress> report = reports.of(partition);
            if (report.isEmpty()) {
                return OptionalLong.empty();
            }
            bytes +=
                    partition.removing().contains(brokerId)
                            ? CopyProgress.of(partition, report.get()).remainingBytes()
                            : report.get().getLogBytes(); // its move has not begun
        }
        return OptionalLong.of(bytes);
    }
}
