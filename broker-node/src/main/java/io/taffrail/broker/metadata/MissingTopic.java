// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import io.taffrail.api.LogFailure;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.MetadataImage;

/** What to say of a topic or a partition that this broker's metadata does not have. */
public final class MissingTopic {
    private MissingTopic() {}

    /**
     * Clients give up on what does not exist: a broker that has read no metadata yet, and so does
     * not even know itself, must not say so.
     */
    public static LogFailure failure(MetadataImage image, String message) {
        return image.brokers().isEmpty()
                ? LogFailure.of(
                        LogError.LEADER_UNKNOWN,
                        "this broker has just started, and has not read the cluster's metadata yet")
                : LogFailure.of(LogError.UNKNOWN_TOPIC, message);
    }
}
