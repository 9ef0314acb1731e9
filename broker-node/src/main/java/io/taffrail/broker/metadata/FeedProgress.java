// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import java.time.Duration;

/**
 * Whether a feed stands still while the active controller is further, or is not heard of at all: a
 * controller that was cut off from the others serves its feed, and tells nothing new (P6). Times in
 * nanoseconds of one clock.
 */
final class FeedProgress {
    private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

    private long index = -1;
    private long movedAt;
    private long answers = -1;
    private long answeredAt;

    FeedProgress(long now) {
        movedAt = now;
        answeredAt = now;
    }

    /** To be asked often, with what is in effect of the feed. */
    boolean isStuck(long now, long appliedIndex, ControllerContact contact) {
        if (appliedIndex > index) {
            index = appliedIndex;
            movedAt = now;
        }
        if (contact.answers() > answers) {
            answers = contact.answers();
            answeredAt = now;
        }
        boolean outOfTouch = now - answeredAt >= PATIENCE;
        boolean behind = contact.committedIndex() > index;
        return (outOfTouch || behind) && now - movedAt >= PATIENCE;
    }
}
