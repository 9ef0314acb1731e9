// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the leader can do to its group. A future fails with a {@link
 * io.taffrail.controller.quorum.NotActiveException} where this member does not lead, or with a
 * {@link GroupChangeException}.
 */
public interface GroupChanges {
    /** Members that vote, as this one knows. */
    List<GroupPeer> peers();

    /**
     * Puts one group into the place of another, in one change. Members that are new catch up first;
     * done when the change is committed.
     *
     * @param from the names that the group must still have
     */
    CompletableFuture<Void> change(List<PeerName> from, List<GroupPeer> to);

    /** Has another member lead; done when it does. */
    CompletableFuture<Void> transferTo(PeerName name);

    /** Leads no longer, whoever is elected next; done when it does not. */
    CompletableFuture<Void> stepDown();
}
