// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.EndpointTranslator;
import io.taffrail.api.LogFailure;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.BrokerDescription;
import io.taffrail.api.v1.DescribeBrokerRequest;
import io.taffrail.api.v1.DescribeBrokerResponse;
import io.taffrail.api.v1.DescribeClusterRequest;
import io.taffrail.api.v1.DescribeClusterResponse;
import io.taffrail.api.v1.DescribeQuorumRequest;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Describes the cluster, its controllers and its brokers. */
final class ClusterQueries {
    private static final Duration QUORUM_AT_MOST = Duration.ofSeconds(5);

    private final ClusterView view;
    private final ActiveController controller;
    private final DirectoryDescriptions directories;
    private final NodeFacts facts;

    ClusterQueries(
            ClusterView view,
            ActiveController controller,
            DirectoryDescriptions directories,
            NodeFacts facts) {
        this.view = view;
        this.controller = controller;
        this.directories = directories;
        this.facts = facts;
    }

    CompletableFuture<DescribeClusterResponse> cluster(DescribeClusterRequest request) {
        MetadataImage image = view.image();
        DescribeClusterResponse.Builder response =
                DescribeClusterResponse.newBuilder()
                        .setClusterId(view.clusterId())
                        .setVersion(MetadataTranslator.toProto(image.version()))
                        .addAllControllerIds(facts.controllerIds().get())
                        .setFeatureLevel(image.featureLevel())
                        .setMaxFeatureLevel(maxFeatureLevel(image))
                        .setHealth(HealthFigures.of(image));
        view.activeControllerId().ifPresent(response::setActiveControllerId);
        image.brokers().forEach(broker -> response.addBrokers(BrokerDescriptions.summary(broker)));
        return CompletableFuture.completedFuture(response.build());
    }

    private static int maxFeatureLevel(MetadataImage image) {
        return image.brokers().stream()
                .mapToInt(BrokerEntry::maxFeatureLevel)
                .min()
                .orElse(image.featureLevel());
    }

    CompletableFuture<DescribeQuorumResponse> quorum(DescribeQuorumRequest request) {
        return controller
                .describeQuorum(CallDeadline.remaining(QUORUM_AT_MOST))
                .exceptionally(
                        thrown -> {
                            throw new CompletionException(leaderUnknown(thrown));
                        });
    }

    /** The group has no leader, says the contract, where a broker says it found no controller. */
    private static Throwable leaderUnknown(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        return StatusTranslator.fromException(cause)
                .filter(failure -> failure.error() == LogError.NOT_CONTROLLER)
                .<Throwable>map(
                        failure ->
                                StatusTranslator.toException(
                                        LogFailure.of(
                                                LogError.LEADER_UNKNOWN,
                                                "the controllers have no leader that this broker"
                                                        + " can find: "
                                                        + failure.message())))
                .orElse(cause);
    }

    CompletableFuture<DescribeBrokerResponse> broker(DescribeBrokerRequest request) {
        MetadataImage image = view.image();
        BrokerEntry broker =
                image.broker(request.getBrokerId())
                        .orElseThrow(() -> notRegistered(request.getBrokerId()));
        return CompletableFuture.completedFuture(
                DescribeBrokerResponse.newBuilder().setBroker(describe(broker, image)).build());
    }

    private BrokerDescription describe(BrokerEntry broker, MetadataImage image) {
        BrokerLoad load = BrokerLoad.of(broker.brokerId(), image);
        BrokerDescription.Builder description =
                BrokerDescription.newBuilder()
                        .setSummary(BrokerDescriptions.summary(broker))
                        .addAllEndpoints(EndpointTranslator.toProtos(broker.endpoints()))
                        .addAllDirectories(directories.of(broker, load))
                        .setMinFeatureLevel(broker.minFeatureLevel())
                        .setMaxFeatureLevel(broker.maxFeatureLevel())
                        .setSoftwareVersion(broker.softwareVersion())
                        .setRegisterTime(timestamp(broker.registerTimeMs()))
                        .setController(facts.controllerIds().get().contains(broker.brokerId()))
                        .setReplicaCount(load.replicaCount())
                        .setLeaderCount(load.leaderCount());
        if (broker.brokerId() == facts.nodeId()) {
            description.setAppliedVersion(MetadataTranslator.toProto(image.version()));
        }
        return description.build();
    }

    private static Timestamp timestamp(long epochMs) {
        Instant instant = Instant.ofEpochMilli(epochMs);
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static StatusRuntimeException notRegistered(int brokerId) {
        return Status.NOT_FOUND
                .withDescription("no broker " + brokerId + " is registered")
                .asRuntimeException();
    }
}
