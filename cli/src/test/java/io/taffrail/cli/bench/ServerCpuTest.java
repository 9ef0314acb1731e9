// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerCpuTest {
    @Test
    void findsTheTimeByTheNameOfMicrometer() {
        String page =
                """
                # HELP process_cpu_time_ns_total The "cpu time" used
                # TYPE process_cpu_time_ns_total counter
                process_cpu_usage 0.25
                process_cpu_time_ns_total 2.5E9
                """;

        assertThat(ServerCpu.cpuSeconds(page)).hasValue(2.5);
    }

    @Test
    void findsTheTimeByTheNameOfPrometheusAndWithLabels() {
        assertThat(ServerCpu.cpuSeconds("process_cpu_seconds_total 12.5 1767225600000\n"))
                .hasValue(12.5);
        assertThat(ServerCpu.cpuSeconds("process_cpu_seconds_total{node=\"0\"} 12.5\n"))
                .hasValue(12.5);
    }

    @Test
    void saysWhenThereIsNone() {
        assertThat(ServerCpu.cpuSeconds("process_cpu_seconds_total_x 1\nup 1\n")).isEmpty();
    }
}
