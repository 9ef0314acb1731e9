// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.AppendResult.Rejected;
import io.taffrail.logstore.LogSlice.SliceRevokedException;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.recovery.ProducerRecovery;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.TimestampType;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A log on a simulated disk and its {@link NaiveLog}. Each method is an operation on both, of which
 * chance settles the details, and compares what they say.
 */
final class TwinnedLog {
    final NaiveLog twin = new NaiveLog();
    PartitionLog log;
    int epoch = 1;

    private final Random random;
    private final SimulatedDisk disk;
    private final SimulatedClock clock;
    private final LogConfig config;
    private final RandomBatches batches;
    private final Path directory;
    private final Deque<String> history;
    private final Deque<Runnable> heldRounds = new ArrayDeque<>();
    private boolean holdRounds;
    private long lastBase;
    private LogSlice slice;
    private ByteBuffer sliceBytes;
    private boolean cutSinceSlice;

    /**
     * A log that is not open yet.
     *
     * @param history takes what is done
     */
    TwinnedLog(
            Random random,
            SimulatedDisk disk,
            SimulatedClock clock,
            LogConfig config,
            Path parent,
            Deque<String> history) {
        this.random = random;
        this.disk = disk;
        this.clock = clock;
        this.config = config;
        this.batches = new RandomBatches(random, config.compact());
        this.directory = parent.resolve(PARTITION.directoryName());
        this.history = history;
    }

    private void note(String operation) {
        history.add(operation);
    }

    void open(OptionalLong cleanEnd) throws IOException {
        LogEnvironment environment =
                new LogEnvironment(
                        disk,
                        clock,
                        this::runRound,
                        new DiskReserve(disk, directory.getParent(), clock, 0),
                        LogListener.NONE);
        log = PartitionLog.open(environment, directory, PARTITION, config, cleanEnd);
        assertThat(log.recoveryReport().outcome())
                .as("%s", log.recoveryReport())
                .isEqualTo(Outcome.CLEAN);
        lastBase = newestBase();
        twin.durableEnd = twin.end; // opening ends with fsync
    }

    private void runRound(Runnable round) {
        if (holdRounds) {
            heldRounds.add(round);
        } else {
            round.run();
        }
    }

    private long newestBase() {
        List<Segment> segments = log.segments();
        return segments.get(segments.size() - 1).baseOffset();
    }

    private long oldestBase() {
        return log.segments().get(0).baseOffset();
    }

    // Appending

    void appendAsLeader() throws IOException {
        RandomBatches.Request request = batches.request(twin.producers(), clock.wallMs());
        int usedEpoch = random.nextInt(25) == 0 ? Math.max(0, epoch - 1) : epoch;
        OptionalLong expected =
                random.nextInt(6) == 0
                        ? OptionalLong.of(twin.end - (random.nextInt(3) == 0 ? 1 : 0))
                        : OptionalLong.empty();
        note("append %s at epoch %s, expected %s".formatted(request, usedEpoch, expected));
        int latestEpoch = latestEpoch();
        List<AppendResult> results = log.appendAsLeader(request.batches(), usedEpoch, expected);
        List<Object> foretold =
                twin.append(
                        request.batches(),
                        request.faults(),
                        usedEpoch,
                        latestEpoch,
                        expected,
                        clock.wallMs());
        assertThat(results.stream().map(TwinnedLog::comparable).toList()).isEqualTo(foretold);
    }

    private static Object comparable(AppendResult result) {
        return result instanceof Rejected rejected
                ? new NaiveLog.Refused(rejected.error(), rejected.metadata())
                : result;
    }

    /** A log without entries may have forgotten, when it was opened, which epochs it saw. */
    private int latestEpoch() {
        OptionalInt said = log.latestEpoch();
        if (said.isEmpty() && twin.readable().isEmpty()) {
            return 0;
        }
        assertThat(said).isEqualTo(twin.latestEpoch());
        return said.orElse(0);
    }

    void nextEpoch() {
        epoch += 1 + random.nextInt(2);
        note("epoch %s".formatted(epoch));
    }

    private List<Entry> randomRun() {
        int firstEpoch = Math.max(latestEpoch(), epoch - random.nextInt(2));
        return batches.run(twin.producers(), twin.end, firstEpoch, clock.wallMs());
    }

    private OptionalInt epochBefore() {
        return twin.readable().isEmpty() ? OptionalInt.empty() : twin.latestEpoch();
    }

    void appendAsFollower() throws IOException {
        List<Entry> run = randomRun();
        note("follow %s".formatted(run));
        follow(Entry.run(run), twin.end, epochBefore());
    }

    /** Takes a run that continues this log. */
    void follow(ByteBuffer bytes, long from, OptionalInt epochBefore) throws IOException {
        List<Entry> run = Entry.decodeRun(PARTITION, bytes);
        FollowerAppendResult result = log.appendAsFollower(bytes.duplicate(), from, epochBefore);
        run.forEach(twin::store);
        assertThat(result).isEqualTo(new FollowerAppendResult.Appended(twin.end));
        epoch = Math.max(epoch, twin.latestEpoch().orElse(0));
    }

    /** Runs that have to be refused, and leave no trace. */
    void appendAsFollowerInVain() throws IOException {
        List<Entry> run = randomRun();
        ByteBuffer bytes = Entry.run(run);
        FollowerAppendResult.Diverged diverged =
                new FollowerAppendResult.Diverged(twin.end, log.latestEpoch());
        switch (random.nextInt(6)) {
            case 0 -> {
                int bit = random.nextInt(bytes.limit() * 8);
                bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));
                note("follow a run with bit %s flipped".formatted(bit));
                assertThat(log.appendAsFollower(bytes, twin.end, epochBefore()))
                        .isInstanceOfSatisfying(
                                FollowerAppendResult.BadEntry.class,
                                bad -> assertThat(bad.check()).isNotEqualTo(EntryCheck.VALID));
            }
            case 1 -> {
                bytes.limit(bytes.limit() - 1 - random.nextInt(50));
                note("follow a run that is cut off");
                assertThat(log.appendAsFollower(bytes, twin.end, epochBefore()))
                        .isInstanceOf(FollowerAppendResult.BadEntry.class);
            }
            case 2 -> {
                long from = Math.max(0, twin.end - 1 - random.nextInt(5));
                note("follow from %s".formatted(from));
                if (from != twin.end) {
                    assertThat(log.appendAsFollower(bytes, from, OptionalInt.empty()))
                            .isEqualTo(diverged);
                }
            }
            case 3 -> {
                note("follow from ahead");
                long ahead = Math.min(run.get(0).baseOffset(), twin.end + 1);
                if (ahead > twin.end) {
                    assertThat(log.appendAsFollower(bytes, ahead, OptionalInt.empty()))
                            .isEqualTo(diverged);
                }
            }
            case 4 -> {
                note("follow a run backwards");
                Collections.reverse(run);
                if (run.size() > 1) {
                    assertThat(log.appendAsFollower(Entry.run(run), twin.end, epochBefore()))
                            .isInstanceOf(FollowerAppendResult.BadEntry.class);
                }
            }
            default -> {
                note("follow after another epoch");
                if (epochBefore().isPresent()) {
                    OptionalInt other = OptionalInt.of(epochBefore().getAsInt() + 1);
                    assertThat(log.appendAsFollower(bytes, twin.end, other)).isEqualTo(diverged);
                }
            }
        }
    }

    // Reading

    void read() throws IOException {
        long from = twin.start - 2 + random.nextInt((int) (twin.end - twin.start) + 5);
        long end =
                switch (random.nextInt(3)) {
                    case 0 -> Long.MAX_VALUE;
                    case 1 -> twin.highWatermark;
                    default -> twin.start + random.nextInt((int) (twin.end - twin.start) + 3);
                };
        int maxBytes = random.nextInt(random.nextBoolean() ? 300 : 3000);
        note("read from %s below %s, %s bytes".formatted(from, end, maxBytes));
        LogReadResult result =
                random.nextBoolean()
                        ? log.read(from, end, maxBytes)
                        : log.readVerified(Math.max(from, twin.start), end, maxBytes);
        long asked = result instanceof LogReadResult.OutOfRange ? from : Math.max(from, twin.start);
        if (!(result instanceof LogSlice found)) {
            assertThat(from < twin.start || from > twin.end).isTrue();
            assertThat(result).isEqualTo(new LogReadResult.OutOfRange(twin.start, twin.end));
            return;
        }
        try (found) {
            assertThat(asked).isBetween(twin.start, twin.end);
            List<Entry> entries = Entry.decodeRun(PARTITION, found.copy());
            List<Entry> foretold = twin.read(asked, end, maxBytes);
            assertThat(entries).isEqualTo(foretold.subList(0, entries.size()));
            long next = entries.isEmpty() ? asked : entries.get(entries.size() - 1).endOffset();
            assertThat(found.nextOffset()).isEqualTo(next);
            if (entries.size() < foretold.size()) {
                assertThat(entries).as("foretold were %s", foretold).isNotEmpty();
                assertThat(log.segments())
                        .as("a slice ends early only where a segment does")
                        .anyMatch(segment -> segment.endOffset() == next);
            }
        }
    }

    /** Holds a slice through whatever comes, and looks at it again later. */
    void holdSlice() throws IOException {
        if (slice == null) {
            long from = twin.start + random.nextInt((int) (twin.end - twin.start) + 1);
            note("hold a slice from %s".formatted(from));
            slice = (LogSlice) log.read(from, Long.MAX_VALUE, random.nextInt(2000));
            sliceBytes = slice.copy();
            cutSinceSlice = false;
            return;
        }
        note("look at the slice again");
        try {
            assertThat(slice.copy()).isEqualTo(sliceBytes);
        } catch (SliceRevokedException e) {
            assertThat(cutSinceSlice).as("the log was cut: %s", e).isTrue();
        }
        letGoOfSlice();
    }

    private void letGoOfSlice() {
        if (slice != null) {
            slice.close();
            slice = null;
        }
    }

    void lookUpTime() throws IOException {
        long timestampMs =
                twin.present.isEmpty()
                        ? clock.wallMs()
                        : timeNear(twin.present.get(random.nextInt(twin.present.size())));
        long end = random.nextBoolean() ? twin.highWatermark : Long.MAX_VALUE;
        note("look up %s below %s".formatted(timestampMs, end));
        assertThat(log.offsetOfTime(timestampMs, end))
                .isEqualTo(twin.offsetOfTime(timestampMs, end, config.timestampType()));
    }

    private long timeNear(Entry entry) {
        long recordMs =
                config.timestampType() == TimestampType.APPEND || entry.records().isEmpty()
                        ? entry.appendTimeMs()
                        : entry.records().get(0).timestampMs();
        return recordMs - 3 + random.nextInt(7);
    }

    void scrub() throws IOException {
        note("scrub");
        long next = log.logStartOffset();
        int steps = 0;
        do {
            next = log.scrub(next, 500);
            assertThat(++steps).isLessThan(100_000);
        } while (next != log.logStartOffset());
    }

    // Durability

    void becomeDurable() throws IOException {
        long end = twin.end - random.nextInt(3);
        note("durable to %s".formatted(end));
        switch (random.nextInt(4)) {
            case 0 -> log.awaitDurable(end);
            case 1 -> assertThat(log.whenDurable(end)).isCompleted();
            case 2 -> appendWhileRoundsAreHeld(end);
            default -> log.flush();
        }
        twin.durableEnd = Math.max(twin.durableEnd, end);
    }

    private void appendWhileRoundsAreHeld(long end) throws IOException {
        boolean pending = log.durableEndOffset() < end;
        holdRounds = true;
        CompletableFuture<Void> durable = log.whenDurable(end);
        assertThat(durable.isDone()).isNotEqualTo(pending);
        appendAsLeader();
        CompletableFuture<Void> later = log.whenDurable(twin.end);
        holdRounds = false;
        while (!heldRounds.isEmpty()) {
            heldRounds.remove().run();
        }
        assertThat(durable).isCompleted();
        assertThat(later).isCompleted();
        twin.durableEnd = twin.end;
    }

    void checkpoint() throws IOException {
        note("checkpoint");
        log.checkpoint();
    }

    void age() throws IOException {
        Duration time =
                random.nextInt(20) == 0
                        ? Duration.ofDays(3)
                        : Duration.ofSeconds(random.nextInt(400));
        note("%s pass".formatted(time));
        clock.advance(time);
        log.rollIfTooOld();
    }

    // The ends

    void advanceHighWatermark() {
        long offset = twin.highWatermark - 1 + random.nextInt(uncommitted() + 4);
        note("high watermark %s".formatted(offset));
        log.advanceHighWatermark(offset);
        twin.highWatermark = Math.max(twin.highWatermark, Math.min(offset, twin.end));
    }

    private int uncommitted() {
        return (int) (twin.end - twin.highWatermark);
    }

    /** All that is there is committed. */
    void commitAll() {
        log.advanceHighWatermark(twin.end);
        twin.highWatermark = twin.end;
    }

    void truncate() throws IOException {
        TruncationReason reason =
                random.nextInt(3) == 0
                        ? TruncationReason.OUT_OF_ISR_AND_ELR
                        : TruncationReason.DIVERGENCE;
        truncate(twin.end + 1 - random.nextInt(random.nextInt(4) == 0 ? 200 : 12), reason);
        epoch++;
    }

    void truncate(long offset, TruncationReason reason) throws IOException {
        note("truncate to %s, %s".formatted(offset, reason));
        long floor =
                reason == TruncationReason.OUT_OF_ISR_AND_ELR ? twin.start : twin.highWatermark;
        long newEnd = twin.endAfterCutAt(offset, oldestBase());
        if (offset < floor || newEnd < floor) {
            assertThatThrownBy(() -> log.truncateTo(offset, reason))
                    .isInstanceOf(IllegalArgumentException.class);
            return;
        }
        boolean belowCompacted = newEnd < log.compactedEndOffset();
        assertThat(log.truncateTo(offset, reason)).isEqualTo(newEnd);
        if (offset >= twin.end) {
            return; // nothing was above it
        }
        cutSinceSlice = true;
        twin.cutTo(newEnd);
        lastBase = newestBase();
        if (belowCompacted) {
            // Compaction took batches because later ones, cut now, were their producers' last. What
            // is left has to be true, though it need not be all.
            Map<Long, Producers.State> known = producersByTheFiles();
            assertThat(twin.isTrue(known)).as("%s was so", known).isTrue();
            twin.adoptProducers(known);
            twin.cutBelowCompacted = true;
        }
        checkAll();
    }

    private Map<Long, Producers.State> producersByTheFiles() throws IOException {
        return NaiveLog.decode(
                ProducerSnapshot.encode(
                        ProducerRecovery.asOf(twin.end, log.context(), log.segments()), twin.end));
    }

    void advanceLogStart() throws IOException {
        long offset =
                random.nextInt(10) == 0
                        ? twin.highWatermark
                        : twin.start + random.nextInt((int) (twin.end - twin.start) / 3 + 2);
        note("log start %s".formatted(offset));
        if (offset > twin.highWatermark) {
            assertThatThrownBy(() -> log.advanceLogStart(offset))
                    .isInstanceOf(IllegalArgumentException.class);
            return;
        }
        log.advanceLogStart(offset);
        startedAt(offset);
    }

    private void startedAt(long offset) {
        if (offset <= twin.start) {
            return;
        }
        twin.start = offset;
        twin.durableEnd = Math.max(twin.durableEnd, offset);
        assertThat(log.segments().subList(0, log.segmentCount() - 1))
                .allMatch(segment -> segment.endOffset() > twin.start);
    }

    void retain() throws IOException {
        note("retain");
        long foretold = startAfterRetention();
        log.retain(clock.wallMs());
        assertThat(log.logStartOffset()).isEqualTo(foretold);
        startedAt(foretold);
    }

    private long startAfterRetention() {
        long start = twin.start;
        for (Segment segment : log.segments()) {
            List<Entry> inside = entriesIn(segment.baseOffset(), segment.endOffset());
            long after =
                    entriesIn(segment.endOffset(), Long.MAX_VALUE).stream()
                            .mapToLong(Entry::sizeBytes)
                            .sum();
            boolean tooMuch =
                    config.retentionBytes().isPresent()
                            && after >= config.retentionBytes().getAsLong();
            boolean tooOld =
                    config.retentionAge().isPresent()
                            && inside.stream()
                                    .allMatch(entry -> isOlder(entry, config.retentionAge().get()));
            if (!config.delete()
                    || inside.isEmpty()
                    || segment.endOffset() > twin.highWatermark
                    || !(tooMuch || tooOld)) {
                break;
            }
            start = Math.max(start, segment.endOffset());
        }
        return start;
    }

    private boolean isOlder(Entry entry, Duration age) {
        return clock.wallMs() - entry.appendTimeMs() > age.toMillis();
    }

    private List<Entry> entriesIn(long from, long end) {
        return twin.present.stream()
                .filter(entry -> entry.baseOffset() >= from && entry.endOffset() <= end)
                .toList();
    }

    /** Begins anew where the leader says. */
    void restartAt(RestartPoint leader) throws IOException {
        note("restart at %s".formatted(leader.offset()));
        letGoOfSlice();
        log.restartAt(leader);
        twin.restartAt(leader.offset(), NaiveLog.decode(leader.producers()));
        lastBase = newestBase();
        checkAll();
    }

    // Compaction

    void compact() throws IOException {
        if (!config.compact()) {
            return;
        }
        long tombstoneEnd =
                random.nextBoolean() ? Long.MAX_VALUE : twin.start + random.nextInt(200);
        boolean narrow = random.nextInt(4) == 0;
        note(
                "compact, tombstones below %s%s"
                        .formatted(tombstoneEnd, narrow ? ", few keys at once" : ""));
        long bound = Math.min(newestBase(), twin.highWatermark);
        long compactable =
                log.compactableSegments().stream().mapToLong(Segment::endOffset).max().orElse(0);
        long before = log.compactedEndOffset();
        LogCompactor.Result result =
                new LogCompactor(log, narrow ? 1 : 1 << 14).run(clock.wallMs(), tombstoneEnd);
        assertThat(result.compactedEndOffset()).isBetween(before, Math.max(before, bound));
        if (!narrow) {
            assertThat(result.compactedEndOffset()).isGreaterThanOrEqualTo(compactable);
        }
        List<Entry> left = LogContents.readAll(log);
        LogContents.checkChain(left, true);
        checkRewritten(left, result.compactedEndOffset());
        checkLastRecords(left, result.compactedEndOffset(), bound, tombstoneEnd);
        List<Entry> kept = new ArrayList<>(entriesBelowTheStart());
        kept.addAll(left);
        twin.compacted(kept);
        checkAll();
    }

    /** What nobody can read any more, and still lies in the first segment. */
    private List<Entry> entriesBelowTheStart() {
        ByteBuffer first = ByteBuffer.wrap(disk.contents(log.segments().get(0).path()));
        return Entry.decodeRun(PARTITION, first).stream()
                .filter(entry -> entry.endOffset() <= twin.start)
                .toList();
    }

    /**
     * Each entry is what is left of one that was there, at its place; those above are as before.
     */
    private void checkRewritten(List<Entry> left, long compactedEnd) {
        Map<Long, Entry> before = new TreeMap<>();
        twin.readable().forEach(entry -> before.put(entry.baseOffset(), entry));
        for (Entry entry : left) {
            Entry was = before.get(entry.baseOffset());
            assertThat(was).as("what %s was", entry).isNotNull();
            assertThat(entry.isWhatIsLeftOf(was)).as("%s is left of %s", entry, was).isTrue();
        }
        assertThat(left.stream().filter(entry -> entry.baseOffset() >= compactedEnd).toList())
                .isEqualTo(
                        twin.readable().stream()
                                .filter(entry -> entry.baseOffset() >= compactedEnd)
                                .toList());
    }

    /**
     * Below the end of compaction, of each key the last record is left and no other; it may be gone
     * if it is an old tombstone, or if a newer record that is committed too lies above.
     */
    private void checkLastRecords(
            List<Entry> left, long compactedEnd, long bound, long tombstoneEnd) {
        Map<String, Entry.Record> expected = lastRecords(twin.readable(), twin.start, compactedEnd);
        Map<String, Entry.Record> found = lastRecords(left, twin.start, compactedEnd);
        Map<String, Entry.Record> newer = lastRecords(left, compactedEnd, bound);
        for (Entry entry : twin.readable()) {
            for (Entry.Record record : entry.records()) {
                boolean last = record.equals(expected.get(record.key()));
                if (!last || found.containsKey(record.key())) {
                    continue;
                }
                if (record.value() == null
                        && record.offset() < tombstoneEnd
                        && record.offset() < log.tombstoneHorizon()
                        && isOlder(entry, config.deleteRetention())) {
                    expected.remove(record.key());
                } else if (newer.containsKey(record.key())) {
                    expected.remove(record.key());
                }
            }
        }
        assertThat(found).isEqualTo(expected);
        long records =
                left.stream()
                        .flatMap(entry -> entry.records().stream())
                        .filter(r -> r.offset() >= twin.start && r.offset() < compactedEnd)
                        .count();
        assertThat(records).as("records below the end of compaction").isEqualTo(found.size());
    }

    private static Map<String, Entry.Record> lastRecords(List<Entry> entries, long from, long end) {
        Map<String, Entry.Record> last = new TreeMap<>();
        for (Entry entry : entries) {
            for (Entry.Record record : entry.records()) {
                if (record.offset() >= from && record.offset() < end) {
                    last.put(record.key(), record);
                }
            }
        }
        return last;
    }

    // Stopping

    void close() throws IOException {
        letGoOfSlice();
        log.close();
    }

    void closeAndOpen() throws IOException {
        note("close and open");
        close();
        open(random.nextBoolean() ? OptionalLong.of(twin.end) : OptionalLong.empty());
        assertThat(log.recoveryReport().bytesScanned()).isZero();
        assertThat(log.recoveryReport().notes()).isEmpty();
        assertThat(log.highWatermark()).isEqualTo(twin.highWatermark);
        checkAll();
    }

    /**
     * All that was written is there; what is only known, like the high watermark, may fall back.
     */
    void crashAndOpen() throws IOException {
        note("crash of the process, and open");
        slice = null;
        disk.processCrash();
        open(OptionalLong.empty());
        assertThat(log.highWatermark()).isLessThanOrEqualTo(twin.highWatermark);
        twin.highWatermark = log.highWatermark();
        checkAll();
    }

    // Checks

    /** After each operation. */
    void checkMarks() {
        LogContents.checkMarks(log);
        assertThat(log.logStartOffset()).isEqualTo(twin.start);
        assertThat(log.highWatermark()).isEqualTo(twin.highWatermark);
        assertThat(log.logEndOffset()).isEqualTo(twin.end);
        assertThat(log.durableEndOffset()).isGreaterThanOrEqualTo(twin.durableEnd);
        assertThat(log.damage()).isEmpty();
        if (newestBase() > lastBase) {
            lastBase = newestBase();
            twin.rolled(lastBase, clock.wallMs());
        }
    }

    /** All of the contents, and all that is remembered. */
    void checkAll() throws IOException {
        checkMarks();
        List<Entry> contents = LogContents.readAll(log);
        assertThat(contents).isEqualTo(twin.readable());
        LogContents.checkEpochs(log, contents);
        Producers.check(log, twin.producers());
        checkEndsOfEpochs();
        assertThat(log.openSlices()).isEqualTo(slice == null || slice.bytes() == 0 ? 0 : 1);
        assertThat(log.sizeBytes())
                .isEqualTo(
                        twin.present.stream()
                                .filter(entry -> entry.baseOffset() >= oldestBase())
                                .mapToLong(Entry::sizeBytes)
                                .sum());
    }

    private void checkEndsOfEpochs() {
        for (int asked = 0; asked <= epoch + 1; asked++) {
            Optional<OffsetAndEpoch> foretold = twin.endOfEpoch(asked);
            Optional<OffsetAndEpoch> said = log.endOfEpoch(asked);
            if (foretold.isPresent()) {
                assertThat(said).as("end of epoch %s", asked).isEqualTo(foretold);
            } else if (said.isPresent()) { // an epoch of which nothing can be read any more
                assertThat(said.get().offset()).isLessThanOrEqualTo(twin.start);
            }
        }
    }
}
