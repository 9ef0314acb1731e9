// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import io.taffrail.broker.config.LogFormat;
import java.net.URL;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** How a node writes its log: one line an event, on stderr. */
final class Logging {
    private Logging() {}

    /** Replaces whatever was configured before. */
    static void configure(LogFormat format) {
        URL resource =
                Logging.class.getResource(
                        format == LogFormat.JSON ? "logging-json.xml" : "logging-text.xml");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(resource);
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install(); // gRPC logs through java.util.logging
        } catch (JoranException e) {
            throw new IllegalStateException("the logging configuration is broken", e);
        }
    }
}
