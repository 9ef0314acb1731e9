// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What is answered to a request. */
record Answer(int status, String contentType, String body) {
    static Answer text(int status, String body) {
        return new Answer(status, "text/plain; charset=utf-8", body);
    }

    byte[] bytes() {
        return body.getBytes(UTF_8);
    }
}
