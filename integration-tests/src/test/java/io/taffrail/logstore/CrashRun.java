// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.StopMode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One crash: a script, stopped in one operation in one way, and what the power leaves of it. The
 * same values make the same crash.
 *
 * @param cut empty: the process alone dies
 */
record CrashRun(CrashScript script, long operation, StopMode mode, Optional<PowerCut> cut) {
    private static final int TRACE_LINES = 40;

    /** Lies that a disk tells, or a file system in between: for bugs that are planted. */
    record Lies(Consumer<SimulatedDisk> disk, UnaryOperator<FileSystem> files) {
        static final Lies NONE = new Lies(disk -> {}, UnaryOperator.identity());
    }

    /** How many operations the script takes when nothing stops it; those before it included. */
    static long operations(CrashScript script) {
        CrashSession session = session(script, 0, Lies.NONE);
        try {
            script.run(session);
            CrashVerdict.afterProcessCrash(atRest(session));
        } catch (IOException | AssertionError e) {
            throw new AssertionError(script + " fails without a crash: " + e.getMessage(), e);
        }
        SimulatedDisk counted = new SimulatedDisk(0);
        prepare(counted);
        CrashSession again = session(script, counted, Lies.NONE);
        try {
            script.run(again);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return counted.operations();
    }

    private static CrashSession atRest(CrashSession session) {
        session.disk.processCrash();
        return session;
    }

    private static CrashSession session(CrashScript script, long seed, Lies lies) {
        SimulatedDisk disk = new SimulatedDisk(seed);
        prepare(disk);
        return session(script, disk, lies);
    }

    private static CrashSession session(CrashScript script, SimulatedDisk disk, Lies lies) {
        lies.disk.accept(disk);
        return new CrashSession(disk, lies.files.apply(disk), script.config);
    }

    private static void prepare(SimulatedDisk disk) {
        try {
            disk.createDirectories(CrashSession.DIRECTORY.getParent());
            disk.syncDirectory(CrashSession.DIRECTORY.getParent().getParent());
            disk.syncDirectory(CrashSession.DIRECTORY.getRoot());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long seed() {
        return operation * 1_000_003
                + mode.name().hashCode() * 101L
                + cut.map(kind -> kind.name().hashCode()).orElse(-1);
    }

    /** Crashes, and has the verdict. */
    void judge() {
        judge(Lies.NONE);
    }

    void judge(Lies lies) {
        CrashSession session = crashed(lies);
        try {
            if (cut.isPresent()) {
                CrashVerdict.afterPowerCut(session);
            } else {
                CrashVerdict.afterProcessCrash(session);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            throw failure(session, e, "");
        }
    }

    /** The session as the crash left it, before anything is opened. */
    CrashSession crashed(Lies lies) {
        CrashSession session = session(script, seed(), lies);
        session.disk.stopAt(operation, mode);
        try {
            script.run(session);
        } catch (IOException e) {
            if (!session.disk.isPowerOff()) {
                throw failure(session, e, " while it ran");
            }
        } catch (RuntimeException | AssertionError e) {
            throw failure(session, e, " while it ran");
        }
        crash(session);
        return session;
    }

    private void crash(CrashSession session) {
        if (cut.isPresent()) {
            session.disk.powerCut(cut.get());
        } else {
            session.disk.processCrash();
        }
    }

    /**
     * Crashes, then crashes again in each operation of the recovery, with the verdict after that.
     * Returns how many crashes that were.
     */
    int judgeCrashesInRecovery(int everyNth) {
        int crashes = 0;
        for (long inRecovery = 1; ; inRecovery += everyNth) {
            for (StopMode recoveryMode : StopMode.values()) {
                CrashSession session = crashed(Lies.NONE);
                long before = session.disk.operations();
                session.disk.stopAt(before + inRecovery, recoveryMode);
                try {
                    PartitionLog opened = session.openLog();
                    opened.abandon();
                    return crashes; // it takes no more operations than this
                } catch (IOException e) {
                    if (!session.disk.isPowerOff()) {
                        throw failure(session, e, " in recovery");
                    }
                }
                crash(session);
                crashes++;
                try {
                    if (cut.isPresent()) {
                        CrashVerdict.afterPowerCut(session);
                    } else {
                        CrashVerdict.afterProcessCrash(session);
                    }
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw failure(
                            session,
                            e,
                            " and " + recoveryMode + " operation " + inRecovery + " of recovery");
                }
            }
        }
    }

    private AssertionError failure(CrashSession session, Throwable cause, String where) {
        List<String> trace = session.disk.trace();
        return new AssertionError(
                this
                        + where
                        + ": "
                        + cause
                        + "\nacknowledged below "
                        + session.acknowledgedEnd
                        + ", written below "
                        + session.writtenEnd
                        + ", start "
                        + session.acknowledgedStart
                        + " to "
                        + session.attemptedStart
                        + ", line "
                        + session.line
                        + "\nlast operations:\n  "
                        + String.join(
                                "\n  ",
                                trace.subList(
                                        Math.max(0, trace.size() - TRACE_LINES), trace.size())),
                cause);
    }
}
