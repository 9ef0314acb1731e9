// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.model.cluster.MetadataVersion;
import java.util.List;

/**
 * What a watch of the cluster tells at once.
 *
 * @param version what the broker had applied
 * @param initialComplete with this all that is has been told, and what was not told since the watch
 *     began, or began anew, is gone
 * @param restarted the watch begins anew with this, after a break: all that is is told again
 */
public record ClusterUpdate(
        MetadataVersion version,
        List<ClusterEvent> events,
        boolean initialComplete,
        boolean restarted) {
    public ClusterUpdate {
        events = List.copyOf(events);
    }
}
