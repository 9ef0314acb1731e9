// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker;

/** Ends what was subscribed to; a call that is under way may still come. May be closed twice. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
