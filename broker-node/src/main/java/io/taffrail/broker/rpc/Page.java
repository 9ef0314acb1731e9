// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;

/**
 * The page of a list that a request asks for (AIP-158).
 *
 * @param size how many items at most, 1 to 5,000
 * @param after the last item of the page before, as its token names it; empty: the first page
 */
record Page(int size, Optional<String> after) {
    private static final int USUAL_SIZE = 500;
    private static final int MAX_SIZE = 5_000;

    /** Refuses a negative size and a token that was not made here. */
    static Page of(int pageSize, String pageToken) {
        if (pageSize < 0) {
            throw InvalidArgument.of("page_size", pageSize + " is negative");
        }
        int size = pageSize == 0 ? USUAL_SIZE : Math.min(pageSize, MAX_SIZE);
        return new Page(
                size, pageToken.isEmpty() ? Optional.empty() : Optional.of(decoded(pageToken)));
    }

    private static String decoded(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), UTF_8);
        } catch (IllegalArgumentException e) {
            throw foreignToken();
        }
    }

    /** The token of the page behind {@code lastItem}. */
    static String tokenAfter(String lastItem) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(lastItem.getBytes(UTF_8));
    }

    /** The number behind the last item's; 0 on the first page. */
    int firstNumber() {
        try {
            int last = after.map(Integer::parseInt).orElse(-1);
            if (last < -1 || last == Integer.MAX_VALUE) {
                throw foreignToken();
            }
            return last + 1;
        } catch (NumberFormatException e) {
            throw foreignToken();
        }
    }

    private static RuntimeException foreignToken() {
        return InvalidArgument.of("page_token", "is no next_page_token of an earlier answer");
    }
}
