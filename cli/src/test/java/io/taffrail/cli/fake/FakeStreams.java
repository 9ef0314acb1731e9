// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** What all streams of a {@link FakeCluster} have in common. */
final class FakeStreams {
    private FakeStreams() {}

    /** Runs {@code end} when the client has gone, under the cluster's lock. */
    static void onEnd(StreamObserver<?> out, Runnable end, FakeCluster cluster) {
        ((ServerCallStreamObserver<?>) out)
                .setOnCancelHandler(
                        () -> {
                            synchronized (cluster) {
                                end.run();
                            }
                        });
    }
}
