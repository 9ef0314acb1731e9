// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.testsupport.Operation.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What every operation goes through: it counts, keeps the trace, fails what a test wants to fail,
 * and turns the power off where a test wants that. Used only under the disk's lock.
 */
final class OperationGate {
    private static final int TRACE_LENGTH = 200;

    private final Deque<String> trace = new ArrayDeque<>();
    private final List<Failure> failures = new ArrayList<>();
    private long count;
    private boolean off;
    private boolean stopPlanned;
    private long stopNumber;
    private StopMode stopMode = StopMode.BEFORE;

    long count() {
        return count;
    }

    boolean isOff() {
        return off;
    }

    void requirePower(Object what) throws PowerOffException {
        if (off) {
            throw new PowerOffException(String.valueOf(what));
        }
    }

    Extent begin(Kind kind, Path path) throws IOException {
        return begin(kind, path, path, 0, 0);
    }

    /** Says how much of the operation to carry out; {@link #end} comes after that. */
    Extent begin(Kind kind, Path path, Path target, long position, long length) throws IOException {
        Operation operation = new Operation(count + 1, kind, path, target, position, length);
        requirePower(operation);
        count++;
        note(operation.toString());
        if (stopsHere() && stopMode == StopMode.BEFORE) {
            throw turnedOff();
        }
        failIfPlanned(operation);
        return stopsHere() && stopMode == StopMode.HALFWAY ? Extent.HALF : Extent.WHOLE;
    }

    void end() throws PowerOffException {
        if (stopsHere()) {
            throw turnedOff();
        }
    }

    /** Reads are not counted, but may fail. */
    void read(Path path, long position, long length) throws IOException {
        Operation operation = new Operation(count, Kind.READ, path, path, position, length);
        requirePower(operation);
        failIfPlanned(operation);
    }

    private boolean stopsHere() {
        return stopPlanned && count >= stopNumber;
    }

    private PowerOffException turnedOff() {
        off = true;
        note("power off " + stopMode + " #" + count);
        return new PowerOffException(stopMode + " #" + count);
    }

    private void failIfPlanned(Operation operation) throws IOException {
        for (Iterator<Failure> planned = failures.iterator(); planned.hasNext(); ) {
            Failure failure = planned.next();
            if (failure.strikes(operation)) {
                if (!failure.stays) {
                    planned.remove();
                }
                IOException error = failure.error.get();
                note(operation + " fails: " + error);
                throw error;
            }
        }
    }

    void stopAt(long number, StopMode mode) {
        stopPlanned = true;
        stopNumber = number;
        stopMode = mode;
    }

    void restart(String why) {
        note(why);
        off = false;
        stopPlanned = false;
    }

    void fail(
            Predicate<Operation> which,
            int nth,
            boolean stays,
            Supplier<? extends IOException> error) {
        failures.add(new Failure(which, nth, stays, error));
    }

    void clearFailures() {
        failures.clear();
    }

    List<String> trace() {
        return List.copyOf(trace);
    }

    private void note(String line) {
        if (trace.size() == TRACE_LENGTH) {
            trace.remove();
        }
        trace.add(line);
    }

    private static final class Failure {
        private final Predicate<Operation> which;
        private final boolean stays;
        private final Supplier<? extends IOException> error;
        private int spared;

        Failure(
                Predicate<Operation> which,
                int nth,
                boolean stays,
                Supplier<? extends IOException> error) {
            this.which = which;
            this.spared = nth - 1;
            this.stays = stays;
            this.error = error;
        }

        boolean strikes(Operation operation) {
            return which.test(operation) && spared-- <= 0;
        }
    }
}
