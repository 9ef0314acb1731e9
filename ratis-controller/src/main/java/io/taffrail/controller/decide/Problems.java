// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.LogError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that is wrong with a request, so that one answer names it all. */
final class Problems {
    private final List<String> messages = new ArrayList<>();
    private String firstField = "";

    void add(String field, String message) {
        if (messages.isEmpty()) {
            firstField = field;
        }
        messages.add(message);
    }

    void addUnless(boolean holds, String field, String message) {
        if (!holds) {
            add(field, message);
        }
    }

    Optional<Refusal> refusal() {
        return messages.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Refusal.of(LogError.INVALID_CONFIG, String.join("; ", messages))
                                .inField(firstField));
    }
}
