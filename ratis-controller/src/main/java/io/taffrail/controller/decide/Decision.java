// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.cluster.MetadataChange;
import java.util.List;
import java.util.Optional;

/**
 * What a command comes to.
 *
 * @param changes of the metadata, in order; none if it was so before or is refused
 * @param ledger what the controllers remember from now on
 */
public record Decision(List<MetadataChange> changes, Ledger ledger, Reply reply) {
    public Decision {
        changes = List.copyOf(changes);
    }

    /** Why nothing was changed, if so. */
    public Optional<Refusal> refusal() {
        return reply instanceof Reply.Refused refused
                ? Optional.of(refused.refusal())
                : Optional.empty();
    }
}
