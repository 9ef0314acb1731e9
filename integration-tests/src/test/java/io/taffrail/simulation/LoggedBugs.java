// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Listens to the log for what was caught and must never have been thrown: everything but what disks
 * and networks do. Keeps the rest of the log silent meanwhile.
 */
final class LoggedBugs extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger own = (Logger) LoggerFactory.getLogger("io.taffrail");
    private final Level levelBefore = own.getLevel();
    private final boolean additiveBefore = own.isAdditive();
    private final List<String> bugs = new ArrayList<>();

    LoggedBugs() {
        setContext(root.getLoggerContext());
        own.setLevel(Level.WARN);
        own.setAdditive(false);
        own.addAppender(this);
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getThrowableProxy() instanceof ThrowableProxy thrown
                && (thrown.getThrowable() instanceof RuntimeException
                        || thrown.getThrowable() instanceof Error)
                && event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            bugs.add(event.getFormattedMessage() + ": " + thrown.getThrowable());
        }
    }

    List<String> bugs() {
        return bugs;
    }

    @Override
    public void close() {
        own.detachAppender(this);
        own.setLevel(levelBefore);
        own.setAdditive(additiveBefore);
        stop();
    }
}
