// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import io.taffrail.controller.placement.Balance.Broker;
import io.taffrail.controller.placement.Balance.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Moves replicas one by one from a broker with the most to one with the fewest, until they are
 * within one of each other: each goes from above the average to below it, so none is moved in vain.
 */
final class ReplicaBalancer {
    private static final Comparator<Broker> FEWEST_FIRST =
            Comparator.comparingInt(Broker::replicas);

    private final Balance balance;

    ReplicaBalancer(Balance balance) {
        this.balance = balance;
    }

    void run() {
        while (pass()) {
            // what stood in somebody's way may have moved meanwhile
        }
    }

    private boolean pass() {
        boolean moved = false;
        List<Broker> givers = new ArrayList<>(balance.brokers());
        while (!givers.isEmpty() && balance.mayChangeMore()) {
            Broker giver = givers.stream().max(FEWEST_FIRST).orElseThrow();
            if (giveOne(giver)) {
                moved = true;
            } else {
                givers.remove(giver); // racks, or what may not change, stand in the way
            }
        }
        return moved;
    }

    private boolean giveOne(Broker giver) {
        List<Broker> takers =
                balance.brokers().stream()
                        .filter(taker -> giver.replicas() - taker.replicas() >= 2)
                        .sorted(FEWEST_FIRST)
                        .toList();
        for (Broker taker : takers) {
            Optional<Slot> slot =
                    giver.slots().stream().filter(each -> fits(each, giver, taker)).findFirst();
            if (slot.isPresent()) {
                balance.move(slot.get(), giver, taker);
                return true;
            }
        }
        return false;
    }

    private boolean fits(Slot slot, Broker giver, Broker taker) {
        return balance.mayChange(slot)
                && !slot.brokerIds().contains(taker.brokerId())
                && balance.keepsRacks(slot, giver, taker);
    }
}
