// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random operations, then a power cut: what is left is held against a slow and obvious twin. */
final class PowerCutPropertyTest {
    private static final Path DIR = Path.of("/d");
    private static final int NAMES = 4;
    private static final int MAX_POSITION = 6000;
    private static final int MAX_WRITE = 2500;

    @Property(tries = 1500)
    void leavesWhatWasForcedAndNothingThatWasNeverWritten(@ForAll long seed, @ForAll PowerCut kind)
            throws IOException {
        Run run = new Run(seed);
        for (int round = 0; round < 3; round++) {
            run.operate(40);
            run.checkWhatReadsSee();
            run.disk.powerCut(kind);
            run.checkWhatIsLeft(kind);
        }
    }

    @Property(tries = 300)
    void losesNothingInAProcessCrash(@ForAll long seed, @ForAll PowerCut kind) throws IOException {
        Run run = new Run(seed);
        for (int round = 0; round < 3; round++) {
            run.operate(20);
            run.disk.processCrash();
            run.checkWhatReadsSee();
        }
        run.disk.powerCut(kind);
        run.checkWhatIsLeft(kind);
    }

    /** A disk and its twin. */
    private static final class Run {
        private final Random random;
        private final SimulatedDisk disk;
        private final List<Map<String, TwinFile>> names = new ArrayList<>(); // since the last sync

        Run(long seed) throws IOException {
            random = new Random(seed);
            disk = new SimulatedDisk(seed);
            disk.createDirectories(DIR);
            disk.syncDirectory(DIR.getParent());
            names.add(new TreeMap<>());
        }

        private Map<String, TwinFile> current() {
            return names.get(names.size() - 1);
        }

        private Map<String, TwinFile> change() {
            names.add(new TreeMap<>(current()));
            return current();
        }

        void operate(int operations) throws IOException {
            for (int i = 0; i < operations; i++) {
                operate(name());
            }
        }

        private String name() {
            return "f" + random.nextInt(NAMES);
        }

        private void operate(String name) throws IOException {
            switch (random.nextInt(12)) {
                case 0 -> rename(name, name());
                case 1 -> delete(name);
                case 2, 3 -> syncDirectory();
                default -> useFile(name);
            }
        }

        private void rename(String from, String to) throws IOException {
            if (!from.equals(to) && current().containsKey(from)) {
                disk.rename(DIR.resolve(from), DIR.resolve(to));
                Map<String, TwinFile> changed = change();
                changed.put(to, changed.remove(from));
            }
        }

        private void delete(String name) throws IOException {
            if (current().containsKey(name)) {
                disk.delete(DIR.resolve(name));
                change().remove(name);
            }
        }

        private void syncDirectory() throws IOException {
            disk.syncDirectory(DIR);
            names.subList(0, names.size() - 1).clear();
        }

        private void useFile(String name) throws IOException {
            try (LogFile file = disk.open(DIR.resolve(name), OpenMode.CREATE)) {
                if (!current().containsKey(name)) {
                    change().put(name, new TwinFile());
                }
                TwinFile twin = current().get(name);
                switch (random.nextInt(5)) {
                    case 0 -> truncate(file, twin);
                    case 1 -> force(file, twin);
                    default -> write(file, twin);
                }
            }
        }

        private void truncate(LogFile file, TwinFile twin) throws IOException {
            int size = random.nextInt(MAX_POSITION);
            file.truncate(size);
            twin.truncate(size);
        }

        private static void force(LogFile file, TwinFile twin) throws IOException {
            file.force();
            twin.force();
        }

        private void write(LogFile file, TwinFile twin) throws IOException {
            long position = random.nextBoolean() ? file.size() : random.nextInt(MAX_POSITION);
            byte[] bytes = new byte[random.nextInt(MAX_WRITE)];
            random.nextBytes(bytes);
            file.write(position, ByteBuffer.wrap(bytes));
            twin.write((int) position, bytes);
        }

        void checkWhatReadsSee() throws IOException {
            assertThat(listed()).isEqualTo(List.copyOf(current().keySet()));
            for (Map.Entry<String, TwinFile> entry : current().entrySet()) {
                assertThat(read(entry.getKey())).isEqualTo(entry.getValue().cached);
            }
        }

        void checkWhatIsLeft(PowerCut kind) throws IOException {
            Map<String, byte[]> left = new TreeMap<>();
            for (String name : listed()) {
                left.put(name, read(name));
            }
            List<Map<String, TwinFile>> possible =
                    switch (kind) {
                        case DROP_ALL_UNSYNCED -> names.subList(0, 1);
                        case KEEP_ALL -> names.subList(names.size() - 1, names.size());
                        default -> names;
                    };
            assertThat(possible)
                    .as("%s in %s: %s", kind, disk, disk.trace())
                    .anyMatch(state -> allows(state, left, kind));
            names.clear();
            names.add(new TreeMap<>());
            left.forEach((name, bytes) -> current().put(name, new TwinFile(bytes)));
        }

        private static boolean allows(
                Map<String, TwinFile> state, Map<String, byte[]> left, PowerCut kind) {
            return state.keySet().equals(left.keySet())
                    && state.entrySet().stream()
                            .allMatch(e -> e.getValue().allows(left.get(e.getKey()), kind));
        }

        private List<String> listed() throws IOException {
            return disk.list(DIR).stream().map(path -> path.getFileName().toString()).toList();
        }

        private byte[] read(String name) throws IOException {
            try (LogFile file = disk.open(DIR.resolve(name), OpenMode.READ)) {
                ByteBuffer all = ByteBuffer.allocate((int) file.size());
                assertThat(file.read(0, all)).isEqualTo(all.capacity());
                return all.array();
            } catch (NoSuchFileException e) {
                throw new AssertionError(name + " is listed and not there", e);
            }
        }
    }

    /** Every content that a file had since it was forced, oldest first. */
    private static final class TwinFile {
        private final List<byte[]> history = new ArrayList<>();
        private byte[] cached;

        TwinFile() {
            this(new byte[0]);
        }

        TwinFile(byte[] durable) {
            cached = durable;
            history.add(durable);
        }

        void force() {
            history.clear();
            history.add(cached);
        }

        void truncate(int size) {
            become(Arrays.copyOf(cached, Math.min(size, cached.length)));
        }

        void write(int position, byte[] bytes) {
            if (bytes.length > 0) {
                int size = Math.max(cached.length, position + bytes.length);
                byte[] next = Arrays.copyOf(cached, size);
                System.arraycopy(bytes, 0, next, position, bytes.length);
                become(next);
            }
        }

        private void become(byte[] next) {
            cached = next;
            history.add(next);
        }

        boolean allows(byte[] left, PowerCut kind) {
            return switch (kind) {
                case DROP_ALL_UNSYNCED -> Arrays.equals(left, history.get(0));
                case KEEP_ALL -> Arrays.equals(left, cached);
                default -> allowsMixture(left, kind);
            };
        }

        private boolean allowsMixture(byte[] left, PowerCut kind) {
            int shortest = history.stream().mapToInt(state -> state.length).min().orElseThrow();
            int longest = history.stream().mapToInt(state -> state.length).max().orElseThrow();
            if (left.length < shortest || left.length > longest) {
                return false;
            }
            for (int i = 0; i < left.length; i++) {
                boolean grew = i >= shortest; // at one time it was not in the file
                boolean anything = grew && kind == PowerCut.GARBAGE_TAIL;
                if (!anything && !(grew && left[i] == 0) && !wasEver(i, left[i])) {
                    return false;
                }
            }
            return true;
        }

        private boolean wasEver(int position, byte value) {
            return history.stream()
                    .anyMatch(state -> position < state.length && state[position] == value);
        }
    }
}
