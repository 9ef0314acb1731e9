// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;

/** The metrics of the process and its JVM: memory, collections, threads, processors, files. */
public final class ProcessMetrics implements AutoCloseable {
    private final JvmGcMetrics collections = new JvmGcMetrics();

    private ProcessMetrics() {}

    /** Adds them to {@code registry}. To be closed before the registry. */
    public static ProcessMetrics bindTo(MeterRegistry registry) {
        List<MeterBinder> binders =
                List.of(
                        new ClassLoaderMetrics(),
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics());
        binders.forEach(binder -> binder.bindTo(registry));
        ProcessMetrics metrics = new ProcessMetrics();
        metrics.collections.bindTo(registry);
        return metrics;
    }

    /** Stops listening to the JVM's collections. */
    @Override
    public void close() {
        collections.close();
    }
}
