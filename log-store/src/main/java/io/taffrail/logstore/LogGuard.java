// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.logstore.segment.DamagedEntryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may change a log, and whether it takes changes at all: its lock, the damage that is known,
 * and why it takes nothing any more.
 */
final class LogGuard {
    interface Change {
        void run() throws IOException;
    }

    interface Answer<T> {
        T get() throws IOException;
    }

    /** Told what came of changes. */
    interface Owner {
        /** A write or an fsync failed: the log takes nothing any more. */
        void gaveUp(IOException cause);

        /** A change met damage, and changed nothing. Called without the lock. */
        void metDamage(DamagedEntryException met) throws IOException;
    }

    /** Why nothing is taken any more, for good; the cause is null if it was no I/O error. */
    private record Closed(String why, IOException cause) {}

    private final Path directory;
    private final GroupCommit groupCommit;
    private final Owner owner;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<DamagedRange> damage;
    private volatile boolean awaitsRepair; // opening found damage
    private volatile Closed closed; // null: it is not

    /**
     * @param damage that opening the log found: until that is gone it takes nothing else
     */
    LogGuard(Path directory, GroupCommit groupCommit, List<DamagedRange> damage, Owner owner) {
        this.directory = directory;
        this.groupCommit = groupCommit;
        this.damage = damage;
        this.owner = owner;
        this.awaitsRepair = !damage.isEmpty();
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Runs a change under the lock, which a round of fsync may run beside. */
    <T> T changing(Answer<T> change) throws IOException {
        return tellingOfDamage(
                () -> {
                    lock.lock();
                    try {
                        requireOpen();
                        return change.get();
                    } catch (DiskFullException e) {
                        throw e; // nothing was changed: it can be tried again with more room
                    } catch (IOException e) {
                        throw failed(e);
                    } finally {
                        lock.unlock();
                    }
                });
    }

    /**
     * Runs a change under the lock that must not run beside a round of fsync. A full disk gives the
     * log up, as any failure does: claims and entries may have gone already, and to try that again
     * would take for done what is not.
     *
     * @param repairs whether it is one that ends damage
     */
    void exclusively(boolean repairs, Change change) throws IOException {
        tellingOfDamage(
                () -> {
                    groupCommit.exclusively(() -> runExclusive(repairs, change));
                    return null;
                });
    }

    private void runExclusive(boolean repairs, Change change) throws IOException {
        lock.lock();
        try {
            requireNotClosed();
            if (!repairs) {
                requireNoRepair();
            }
            change.run();
        } catch (IOException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    /** A change that met damage is of no use before that is repaired: so it has to be known. */
    private <T> T tellingOfDamage(Answer<T> change) throws IOException {
        try {
            return change.get();
        } catch (LogFailedException e) {
            if (e.getCause() instanceof DamagedEntryException met) {
                owner.metDamage(met);
            }
            throw e;
        }
    }

    boolean isOpen() {
        return closed == null && !awaitsRepair;
    }

    void requireOpen() throws LogFailedException {
        requireNotClosed();
        requireNoRepair();
    }

    private void requireNotClosed() throws LogFailedException {
        Closed now = closed;
        if (now != null) {
            throw takesNothing(now.why, now.cause);
        }
    }

    private void requireNoRepair() throws LogFailedException {
        if (awaitsRepair) {
            throw takesNothing("it is damaged: " + damage.get(0), null);
        }
    }

    private LogFailedException takesNothing(String why, IOException cause) {
        return new LogFailedException(directory + " takes nothing: " + why, cause);
    }

    /** With the lock: nothing is taken from here on. What it was closed for before stays. */
    void close() {
        if (closed == null) {
            closed = new Closed("it is closed", null);
        }
    }

    /** Gives the log up; returns what to throw. */
    private LogFailedException failed(IOException cause) {
        if (cause instanceof LogFailedException already) {
            return already;
        }
        if (!(cause instanceof DamagedEntryException)) { // found before anything was changed
            giveUp(cause);
        }
        return new LogFailedException(directory + " failed: " + cause.getMessage(), cause);
    }

    /** A write or an fsync failed: neither is tried again (P18). */
    void giveUp(IOException cause) {
        if (cause instanceof LogFailedException) {
            return; // it is closed, and whoever closed it said why
        }
        closed = new Closed("an I/O error: " + cause.getMessage(), cause);
        groupCommit.fail(cause);
        owner.gaveUp(cause);
    }

    // Damage

    List<DamagedRange> damage() {
        return damage;
    }

    /** False if it was known. */
    boolean addDamage(DamagedRange found) {
        lock.lock();
        try {
            if (damage.contains(found)) {
                return false;
            }
            List<DamagedRange> extended = new ArrayList<>(damage);
            extended.add(found);
            damage = List.copyOf(extended);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * With the lock: what was damaged from {@code endOffset} on is gone. Without any left the log
     * takes changes again.
     */
    void forgetDamageFrom(long endOffset) {
        damage = damage.stream().filter(range -> range.fromOffset() < endOffset).toList();
        if (damage.isEmpty()) {
            awaitsRepair = false;
        }
    }
}
