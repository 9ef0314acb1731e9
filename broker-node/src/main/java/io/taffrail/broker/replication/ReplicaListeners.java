// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who is told of changes, in the order in which they came. Safe for any thread. */
final class ReplicaListeners {
    /** Told apart by identity: the same runnable may be subscribed twice. */
    private static final class Listener {
        private final Runnable action;

        private Listener(Runnable action) {
            this.action = action;
        }
    }

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    Subscription subscribe(Runnable action) {
        Listener listener = new Listener(action);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** To be called with no lock held. */
    void tell() {
        for (Listener listener : listeners) {
            listener.action.run();
        }
    }
}
