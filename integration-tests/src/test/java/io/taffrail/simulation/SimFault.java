// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import java.util.EnumSet;
import java.util.Set;

/** What may happen to a cluster. */
public enum SimFault {
    /** A process ends and is started again. */
    KILL,
    /** A machine loses its power, and with it what its disk had not forced. */
    POWER_CUT,
    /** The same, in the middle of an operation on the disk. */
    POWER_CUT_AT_WORK,
    /** A process stands still for a while. */
    PAUSE,
    /** A machine is cut off from all others, both ways. */
    ISOLATION,
    /** One machine does not reach another, which reaches it. */
    ONE_WAY_CUT,
    /** Two machines do not reach each other; others reach both. */
    PAIR_CUT,
    /** What one machine sends to another takes long. */
    DELAY,
    /** A wall clock is set. */
    CLOCK_STEP,
    /** A disk has no room for a while. */
    FULL_DISK,
    /** A bit of what a replica has stored is not what it was. */
    BIT_FLIP,
    /** A machine comes back with an empty disk. */
    LOST_DISK,
    /** A broker's machine loses its power, while another one in sync has everything. */
    POWER_CUT_OF_ONE,
    /** The oldest records of a partition are deleted. */
    RECORDS_DELETED,
    /** A broker is stopped in good order, and started again. */
    ORDERLY_STOP,
    /** The min ISR of the topic becomes another one. */
    MIN_ISR_CHANGE,
    /** The topic gets a partition more. */
    NEW_PARTITION,
    /** A topic is deleted and made again under its name. */
    TOPIC_MADE_ANEW,
    /** A partition is placed on other brokers. */
    MOVE,
    /** The same, and it is called off half-way. */
    CANCELLED_MOVE,
    /** Leadership is given to another replica, because somebody asked for that. */
    ELECTION,
    /** A broker is emptied, stopped and forgotten, and comes back. */
    FORGOTTEN_BROKER;

    /** Those after which everything that was acknowledged must be there, whatever came together. */
    public static Set<SimFault> all() {
        return EnumSet.complementOf(EnumSet.of(POWER_CUT_OF_ONE)); // a power cut is worse
    }

    /** Those that nobody asked for. */
    public static Set<SimFault> accidents() {
        return EnumSet.range(KILL, FULL_DISK);
    }

    /**
     * Those that a log with {@code flush=os} outlives: several machines without power at once may
     * lose what all of them had in memory, and one at a time must not.
     */
    public static Set<SimFault> sparingMemory() {
        return EnumSet.complementOf(EnumSet.of(POWER_CUT, POWER_CUT_AT_WORK));
    }

    /** Those that can happen to a broker that is alone, and has the only copy. */
    public static Set<SimFault> ofOneBroker() {
        return EnumSet.complementOf(
                EnumSet.of(
                        BIT_FLIP,
                        LOST_DISK,
                        POWER_CUT_OF_ONE,
                        MOVE,
                        CANCELLED_MOVE,
                        ELECTION,
                        FORGOTTEN_BROKER));
    }
}
