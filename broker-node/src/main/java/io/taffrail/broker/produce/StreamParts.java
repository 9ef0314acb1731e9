// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.broker.forward.ProduceLinks;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What the slots of one stream share. */
record StreamParts(
        ProduceServices services,
        OpenedTranslator openedTranslator,
        Turn turn,
        ProduceAnswers answers,
        InboundFlow flow,
        ProduceLinks links) {
    /** Gives what {@code future} completes with to a task of the turn. It must not fail. */
    <T> void whenDone(CompletableFuture<T> future, Consumer<T> task) {
        var unused =
                future.whenComplete(
                        (value, thrown) ->
                                turn.run(
                                        () -> {
                                            requireNoBug(thrown);
                                            task.accept(value);
                                        }));
    }

    private static void requireNoBug(Throwable thrown) {
        if (thrown != null) {
            throw new IllegalStateException("what answers with values has failed", thrown);
        }
    }
}
