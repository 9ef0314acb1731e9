// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.connection;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the streams of one connection may last. Once it is over every long stream ends itself at
 * the boundary of an answer, with the failure that says why: RECONNECT when the connection grew
 * old, SHUTTING_DOWN when the server stops. Safe for any thread.
 */
public final class StreamLifetime {
    /** Where a connection's lifetime stands among the attributes of its calls. */
    static final Attributes.Key<StreamLifetime> KEY =
            Attributes.Key.create("io.taffrail.broker.stream-lifetime");

    private static final Logger LOG = LoggerFactory.getLogger(StreamLifetime.class);

    private final Set<Registration> registrations = new LinkedHashSet<>();
    private Optional<LogFailure> over = Optional.empty();

    StreamLifetime() {}

    /**
     * The lifetime of the streams on this call's connection; one that never ends where no server
     * set any.
     */
    public static StreamLifetime of(ServerCall<?, ?> call) {
        StreamLifetime lifetime = call.getAttributes().get(KEY);
        return lifetime == null ? new StreamLifetime() : lifetime;
    }

    /**
     * Calls {@code listener} once, when the lifetime is over; at once, on this thread, if it is
     * over already. The listener must not block. A stream closes its subscription when it ends.
     */
    public Subscription whenOver(Consumer<LogFailure> listener) {
        Registration registration = new Registration(listener);
        Optional<LogFailure> already = add(registration);
        already.ifPresent(listener);
        return registration;
    }

    private synchronized Optional<LogFailure> add(Registration registration) {
        if (over.isEmpty()) {
            registrations.add(registration);
        }
        return over;
    }

    private synchronized void remove(Registration registration) {
        registrations.remove(registration);
    }

    /** Ends the streams; a second end is too late to say another reason. */
    void end(LogFailure why) {
        for (Registration registration : takeAll(why)) {
            registration.call(why);
        }
    }

    private synchronized List<Registration> takeAll(LogFailure why) {
        if (over.isPresent()) {
            return List.of();
        }
        over = Optional.of(why);
        List<Registration> all = new ArrayList<>(registrations);
        registrations.clear();
        return all;
    }

    /** Told apart by identity: the same listener may be subscribed twice. */
    private final class Registration implements Subscription {
        private final Consumer<LogFailure> listener;

        Registration(Consumer<LogFailure> listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
        }

        /** One stream's bug must not keep the others from hearing of the end. */
        void call(LogFailure why) {
            try {
                listener.accept(why);
            } catch (RuntimeException e) {
                LOG.error("a stream failed as it was told to end with {}", why.error(), e);
            }
        }

        @Override
        public void close() {
            remove(this);
        }
    }
}
