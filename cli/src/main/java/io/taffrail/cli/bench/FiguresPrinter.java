// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Shows what a benchmark has measured. */
final class FiguresPrinter {
    private static final Map<String, Double> PERCENTILES = percentiles();

    private FiguresPrinter() {}

    private static Map<String, Double> percentiles() {
        Map<String, Double> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", 50.0);
        percentiles.put("p90", 90.0);
        percentiles.put("p99", 99.0);
        percentiles.put("p999", 99.9);
        percentiles.put("max", 100.0);
        return percentiles;
    }

    static void writeTable(Figures figures, OutputStream out) throws IOException {
        out.write((figures.benchmark() + ": " + figures.setup() + "\n\n").getBytes(UTF_8));
        Table rates = new Table("RECORDS", "MB", "SECONDS", "MB/S", "RECORDS/S", "SERVER CPU S/GB");
        rates.row(
                figures.records(),
                decimal(figures.bytes() / 1e6, 1),
                decimal(figures.seconds(), 2),
                decimal(figures.megabytesPerSecond(), 1),
                Math.round(figures.recordsPerSecond()),
                figures.serverCpuSecondsPerGigabyte().isPresent()
                        ? decimal(figures.serverCpuSecondsPerGigabyte().getAsDouble(), 2)
                        : "");
        rates.writeTo(out);
        if (!figures.latencies().isEmpty()) {
            out.write('\n');
            latencies(figures).writeTo(out);
        }
    }

    private static Table latencies(Figures figures) {
        Table table = new Table("LATENCY, MS", "P50", "P90", "P99", "P99.9", "MAX");
        figures.latencies()
                .forEach(
                        (name, histogram) ->
                                table.row(
                                        name,
                                        milliseconds(histogram, "p50"),
                                        milliseconds(histogram, "p90"),
                                        milliseconds(histogram, "p99"),
                                        milliseconds(histogram, "p999"),
                                        milliseconds(histogram, "max")));
        return table;
    }

    private static String milliseconds(Histogram histogram, String percentile) {
        return decimal(histogram.getValueAtPercentile(PERCENTILES.get(percentile)) / 1e3, 2);
    }

    private static String decimal(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    static void writeJson(Figures figures, OutputStream out) throws IOException {
        try (JsonLines lines = new JsonLines(out)) {
            lines.line(json -> fields(json, figures));
        }
    }

    private static void fields(JsonGenerator json, Figures figures) throws IOException {
        json.writeStringField("benchmark", figures.benchmark());
        json.writeStringField("setup", figures.setup());
        JsonLines.int64(json, "records", figures.records());
        JsonLines.int64(json, "bytes", figures.bytes());
        json.writeNumberField("seconds", figures.seconds());
        json.writeNumberField("megabytesPerSecond", figures.megabytesPerSecond());
        json.writeNumberField("recordsPerSecond", figures.recordsPerSecond());
        if (figures.serverCpuSeconds().isPresent()) {
            json.writeNumberField("serverCpuSeconds", figures.serverCpuSeconds().getAsDouble());
        }
        if (figures.serverCpuSecondsPerGigabyte().isPresent()) {
            json.writeNumberField(
                    "serverCpuSecondsPerGigabyte",
                    figures.serverCpuSecondsPerGigabyte().getAsDouble());
        }
        json.writeObjectFieldStart("latencyMicros");
        for (Map.Entry<String, Histogram> latency : figures.latencies().entrySet()) {
            json.writeObjectFieldStart(latency.getKey());
            for (Map.Entry<String, Double> percentile : PERCENTILES.entrySet()) {
                JsonLines.int64(
                        json,
                        percentile.getKey(),
                        latency.getValue().getValueAtPercentile(percentile.getValue()));
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
