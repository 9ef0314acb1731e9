// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers GET and HEAD with pages, and everything else with what is wrong about it. */
record PageHandler(List<Page> pages) implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PageHandler.class);

    private static final long NO_BODY = -1;

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        Optional<Page> page = pages.stream().filter(each -> each.path().equals(path)).findFirst();
        if (page.isEmpty()) {
            return Answer.text(404, "there is no such page; there are " + paths() + "\n");
        }
        if (!isRead(exchange)) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Answer.text(405, "only GET and HEAD are allowed here\n");
        }
        try {
            String accept = exchange.getRequestHeaders().getFirst("Accept");
            return page.get().content().apply(accept == null ? "" : accept);
        } catch (RuntimeException e) {
            LOG.error("{} failed", path, e);
            return Answer.text(500, "this failed; the log says how\n");
        }
    }

    private String paths() {
        return pages.stream().map(Page::path).collect(Collectors.joining(", "));
    }

    private static boolean isRead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET")
                || exchange.getRequestMethod().equals("HEAD");
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.bytes();
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.status(), NO_BODY);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
