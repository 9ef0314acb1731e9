// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.api.LogFailure;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What a fake broker is to do wrong, each as often as it says. */
final class Misdeeds {
    /** So many requests are stored, and then the stream breaks in place of the answer. */
    final AtomicInteger breaksAfterStoring = new AtomicInteger();

    /** So many requests are neither stored nor answered: the stream breaks. */
    final AtomicInteger breaksBeforeStoring = new AtomicInteger();

    /** So many requests are stored, and no answer ever comes. */
    final AtomicInteger lostAnswers = new AtomicInteger();

    /** So many fetch responses are sent, and then the stream breaks. */
    final AtomicInteger breaksAfterFetching = new AtomicInteger();

    /** The next slots that are opened or written to are closed with these. */
    final Queue<LogFailure> closings = new ConcurrentLinkedQueue<>();

    /** While it holds, requests wait unanswered. */
    volatile boolean holdsAnswers;

    /** While it holds, nothing that comes is heard and nothing is said, as of a stopped process. */
    volatile boolean hangs;

    /** While it holds, no news of topics are told, as of a broker that hears of none. */
    volatile boolean tellsNoNews;

    static boolean takes(AtomicInteger count) {
        return count.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
}
