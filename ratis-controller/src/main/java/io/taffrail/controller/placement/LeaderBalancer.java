// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import io.taffrail.controller.placement.Balance.Broker;
import io.taffrail.controller.placement.Balance.Slot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes preferred leaders even without moving a replica: a broker that is first too often hands one
 * partition to another of its replicas, which may hand one of its own on, until one is reached that
 * is first at least two times less. Such chains end only when the spread is as even as it can be.
 */
final class LeaderBalancer {
    /** How a broker was reached: by taking this partition over from the one before. */
    private record Step(Slot slot, Broker from) {}

    private final Balance balance;

    LeaderBalancer(Balance balance) {
        this.balance = balance;
    }

    void run() {
        while (pass()) {
            // a chain that ended in vain may lead further now
        }
    }

    private boolean pass() {
        boolean handed = false;
        List<Broker> givers = new ArrayList<>(balance.brokers());
        while (!givers.isEmpty()) {
            Broker giver =
                    givers.stream().max(Comparator.comparingInt(Broker::leaders)).orElseThrow();
            Map<Integer, Step> reached = new HashMap<>(); // looked up only, never walked
            if (handOneOn(giver, reached)) {
                handed = true;
            } else {
                // Whom it reaches is first at most once less than it, so those end in vain, too:
                // they reach nobody else.
                givers.removeIf(each -> each == giver || reached.containsKey(each.brokerId()));
            }
        }
        return handed;
    }

    private boolean handOneOn(Broker giver, Map<Integer, Step> reached) {
        Deque<Broker> toVisit = new ArrayDeque<>(List.of(giver));
        while (!toVisit.isEmpty()) {
            Broker from = toVisit.remove();
            for (Slot slot : from.slots()) {
                if (slot.brokerIds().get(0) != from.brokerId() || !balance.mayChange(slot)) {
                    continue;
                }
                for (int brokerId : slot.brokerIds()) {
                    Optional<Broker> next = balance.broker(brokerId);
                    if (next.isEmpty() || brokerId == giver.brokerId()) {
                        continue;
                    }
                    if (reached.putIfAbsent(brokerId, new Step(slot, from)) == null) {
                        if (giver.leaders() - next.get().leaders() >= 2) {
                            shift(giver, next.get(), reached);
                            return true;
                        }
                        toVisit.add(next.get());
                    }
                }
            }
        }
        return false;
    }

    private void shift(Broker giver, Broker last, Map<Integer, Step> reached) {
        Broker taker = last;
        while (taker != giver) {
            Step step = reached.get(taker.brokerId());
            balance.lead(step.slot(), taker);
            taker = step.from();
        }
    }
}
