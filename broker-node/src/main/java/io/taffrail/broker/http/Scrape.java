// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The metrics in Prometheus' formats. */
final class Scrape {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private Scrape() {}

    /** In OpenMetrics where it is asked for, as Prometheus does; else in the older text format. */
    static Answer of(PrometheusMeterRegistry registry, String accept) {
        String contentType = accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        return new Answer(200, contentType, registry.scrape(contentType));
    }
}
