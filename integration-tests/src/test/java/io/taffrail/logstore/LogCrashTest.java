// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.StopMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stops each script in every operation that it makes on the disk, cuts the power or kills the
 * process, opens the log again and has {@link CrashVerdict} judge it. The ordinary build rotates
 * through the ways to stop and to cut; the soak takes all of them.
 */
class LogCrashTest {
    /** Of all the ways to cut the power, the ordinary build takes this many for each stop. */
    private static final int CUTS_IN_TURN = 1;

    /** Of the crashes in recovery, the ordinary build takes those of every so many operations. */
    private static final int RECOVERY_SAMPLE = 3;

    private static final int SOAK_RECOVERY_SAMPLE = 9;

    private static final List<StopMode> MODES = List.of(StopMode.values());

    /** Empty stands for a crash of the process alone. */
    private static final List<Optional<PowerCut>> CUTS = cuts();

    private static List<Optional<PowerCut>> cuts() {
        List<Optional<PowerCut>> cuts = new ArrayList<>();
        for (PowerCut cut : PowerCut.values()) {
            cuts.add(Optional.of(cut));
        }
        cuts.add(Optional.empty());
        return cuts;
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatItAcknowledged(CrashScript script) {
        long operations = CrashRun.operations(script);
        assertThat(operations).isGreaterThan(20);
        int rotation = 0;
        for (long operation = 1; operation <= operations + 1; operation++) {
            for (StopMode mode : StopMode.values()) {
                for (int i = 0; i < CUTS_IN_TURN; i++) {
                    Optional<PowerCut> cut = CUTS.get(rotation++ % CUTS.size());
                    new CrashRun(script, operation, mode, cut).judge();
                }
            }
            rotation++;
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatItAcknowledgedWhenRecoveryCrashesToo(CrashScript script) {
        long operations = CrashRun.operations(script);
        int rotation = Math.floorMod(script.name().hashCode(), CUTS.size());
        int crashes = 0;
        for (long operation = 5; operation <= operations; operation += RECOVERY_SAMPLE) {
            StopMode mode = MODES.get(rotation % MODES.size());
            boolean processAlone = rotation % 4 == 0; // what was unlinked may come back
            Optional<PowerCut> cut =
                    processAlone ? Optional.empty() : CUTS.get(rotation % CUTS.size());
            crashes += new CrashRun(script, operation, mode, cut).judgeCrashesInRecovery(3);
            rotation++;
        }
        assertThat(crashes).isGreaterThan(20);
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource
    void keepsWhatItAcknowledgedThroughEveryCrash(CrashScript script) {
        long operations = CrashRun.operations(script);
        for (long operation = 1; operation <= operations + 1; operation++) {
            for (StopMode mode : StopMode.values()) {
                for (Optional<PowerCut> cut : CUTS) {
                    CrashRun run = new CrashRun(script, operation, mode, cut);
                    run.judge();
                    if (operation % SOAK_RECOVERY_SAMPLE == cut.map(Enum::ordinal).orElse(8)) {
                        run.judgeCrashesInRecovery(1);
                    }
                }
            }
        }
    }
}
