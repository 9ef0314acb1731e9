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
        LogLife life = life(script, 0, Lies.NONE);
        try {
            script.run(life);
            CrashVerdict.afterProcessCrash(atRest(life));
        } catch (IOException | AssertionError e) {
            throw new AssertionError(script + " fails without a crash: " + e.getMessage(), e);
        }
        SimulatedDisk counted = new SimulatedDisk(0);
        prepare(counted);
        LogLife again = life(script, counted, Lies.NONE);
        try {
            script.run(again);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return counted.operations();
    }

    private static LogLife atRest(LogLife life) {
        life.disk.processCrash();
        return life;
    }

    private static LogLife life(CrashScript script, long seed, Lies lies) {
        SimulatedDisk disk = new SimulatedDisk(seed);
        prepare(disk);
        return life(script, disk, lies);
    }

    private static LogLife life(CrashScript script, SimulatedDisk disk, Lies lies) {
        lies.disk.accept(disk);
        return new LogLife(disk, lies.files.apply(disk), script.config);
    }

    private static void prepare(SimulatedDisk disk) {
        try {
            disk.createDirectories(LogLife.DIRECTORY.getParent());
            disk.syncDirectory(LogLife.DIRECTORY.getParent().getParent());
            disk.syncDirectory(LogLife.DIRECTORY.getRoot());
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
        LogLife life = crashed(lies);
        try {
            if (cut.isPresent()) {
                CrashVerdict.afterPowerCut(life);
            } else {
                CrashVerdict.afterProcessCrash(life);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            throw failure(life, e, "");
        }
    }

    /** The life as the crash left it, before anything is opened. */
    LogLife crashed(Lies lies) {
        LogLife life = life(script, seed(), lies);
        life.disk.stopAt(operation, mode);
        try {
            script.run(life);
        } catch (IOException e) {
            if (!life.disk.isPowerOff()) {
                throw failure(life, e, " while it ran");
            }
        } catch (RuntimeException | AssertionError e) {
            throw failure(life, e, " while it ran");
        }
        crash(life);
        return life;
    }

    private void crash(LogLife life) {
        if (cut.isPresent()) {
            life.disk.powerCut(cut.get());
        } else {
            life.disk.processCrash();
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
                LogLife life = crashed(Lies.NONE);
                long before = life.disk.operations();
                life.disk.stopAt(before + inRecovery, recoveryMode);
                try {
                    PartitionLog opened = life.openLog();
                    opened.abandon();
                    return crashes; // it takes no more operations than this
                } catch (IOException e) {
                    if (!life.disk.isPowerOff()) {
                        throw failure(life, e, " in recovery");
                    }
                }
                crash(life);
                crashes++;
                try {
                    if (cut.isPresent()) {
                        CrashVerdict.afterPowerCut(life);
                    } else {
                        CrashVerdict.afterProcessCrash(life);
                    }
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw failure(
                            life,
                            e,
                            " and " + recoveryMode + " operation " + inRecovery + " of recovery");
                }
            }
        }
    }

    private AssertionError failure(LogLife life, Throwable cause, String where) {
        List<String> trace = life.disk.trace();
        return new AssertionError(
                this
                        + where
                        + ": "
                        + cause
                        + "\nacknowledged below "
                        + life.acknowledgedEnd
                        + ", written below "
                        + life.writtenEnd
                        + ", start "
                        + life.acknowledgedStart
                        + " to "
                        + life.attemptedStart
                        + ", line "
                        + life.line
                        + "\nlast operations:\n  "
                        + String.join(
                                "\n  ",
                                trace.subList(
                                        Math.max(0, trace.size() - TRACE_LINES), trace.size())),
                cause);
    }
}
