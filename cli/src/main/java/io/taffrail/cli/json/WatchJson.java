// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.json;

import static io.taffrail.cli.JsonLines.int64;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.client.admin.ClusterEvent;
import io.taffrail.client.admin.ClusterUpdate;
import java.io.IOException;

/** The messages that tell what changes in the cluster. */
public final class WatchJson {
    private WatchJson() {}

    /**
     * {@code WatchClusterResponse}; with {@code restarted} where the watch begins anew after a
     * break, and all that is is told again.
     */
    public static void update(JsonGenerator json, ClusterUpdate update) throws IOException {
        ProtoJson.message(json, "version", update.version(), ClusterJson::version);
        ProtoJson.messages(json, "events", update.events(), WatchJson::event);
        json.writeBooleanField("initialComplete", update.initialComplete());
        if (update.restarted()) {
            json.writeBooleanField("restarted", true);
        }
    }

    private static void event(JsonGenerator json, ClusterEvent event) throws IOException {
        if (event instanceof ClusterEvent.BrokerChanged changed) {
            ProtoJson.message(json, "broker", changed.broker(), ClusterJson::broker);
        } else if (event instanceof ClusterEvent.BrokerRemoved removed) {
            json.writeNumberField("removedBrokerId", removed.brokerId());
        } else if (event instanceof ClusterEvent.TopicChanged changed) {
            ProtoJson.message(json, "topic", changed.topic(), TopicJson::summary);
        } else if (event instanceof ClusterEvent.TopicDeleted deleted) {
            ProtoJson.message(json, "deletedTopic", deleted.topic(), TopicJson::summary);
        } else if (event instanceof ClusterEvent.PartitionChanged changed) {
            ProtoJson.message(json, "partition", changed, WatchJson::partition);
        } else if (event instanceof ClusterEvent.ControllerChanged changed) {
            ProtoJson.message(json, "controller", changed, WatchJson::controller);
        }
    }

    private static void partition(JsonGenerator json, ClusterEvent.PartitionChanged changed)
            throws IOException {
        json.writeStringField("topic", changed.topic());
        json.writeStringField("topicId", changed.topicId().toString());
        ProtoJson.message(json, "partition", changed.partition(), TopicJson::partition);
    }

    private static void controller(JsonGenerator json, ClusterEvent.ControllerChanged changed)
            throws IOException {
        ProtoJson.optional(json, "activeControllerId", changed.activeControllerId());
        int64(json, "term", changed.term());
    }
}
