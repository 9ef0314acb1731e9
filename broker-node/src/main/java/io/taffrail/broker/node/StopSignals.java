// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears SIGTERM and SIGINT, and tells them apart from their repetition: the first asks for an
 * orderly stop, the second for a quick one. A shutdown hook of the JVM would hear only the first.
 *
 * <p>By reflection, as {@code sun.misc.Signal} is in no API; where it is missing, the JVM's own way
 * is taken, which knows no second signal.
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    private StopSignals() {}

    /** Calls {@code onSignal} with 1, then 2, and so on, on a thread of the JVM's. */
    static void listen(IntConsumer onSignal) {
        AtomicInteger count = new AtomicInteger();
        Runnable heard = () -> onSignal.accept(count.incrementAndGet());
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler =
                    Proxy.newProxyInstance(
                            StopSignals.class.getClassLoader(),
                            new Class<?>[] {handlerType},
                            (proxy, method, arguments) -> {
                                if (method.getName().equals("handle")) {
                                    heard.run();
                                }
                                return null;
                            });
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, handlerType)
                        .invoke(
                                null,
                                signal.getConstructor(String.class).newInstance(name),
                                handler);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("signals are heard through the shutdown hook", e);
            Runtime.getRuntime().addShutdownHook(new Thread(heard, "stop"));
        }
    }
}
