// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.taffrail.client.TaffrailException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Futures that somebody may wait for, so that closing the client leaves nobody waiting. */
final class PendingAnswers {
    private final Map<Object, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
    private volatile boolean closed;

    <T> CompletableFuture<T> track(CompletableFuture<T> answer) {
        Object ticket = new Object();
        pending.put(ticket, answer);
        var unused = answer.whenComplete((value, failure) -> pending.remove(ticket));
        if (closed) {
            fail(answer);
        }
        return answer;
    }

    void close() {
        closed = true;
        pending.values().forEach(PendingAnswers::fail);
    }

    private static void fail(CompletableFuture<?> answer) {
        answer.completeExceptionally(
                new TaffrailException(
                        "the client is closed", null, "CANCELLED", Map.of(), false, null));
    }
}
