// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

/** What is heard of the active controller, beside the feed. Safe for any thread. */
public interface ControllerContact {
    /** How many times one has answered: while that stands still, none is heard of. */
    long answers();

    /** How far its log was committed, by its last answer. */
    long committedIndex();
}
