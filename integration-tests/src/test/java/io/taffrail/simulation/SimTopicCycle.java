// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import com.google.protobuf.ByteString;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.Acks;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.CreateTopicResponse;
import io.taffrail.api.v1.DeleteTopicRequest;
import io.taffrail.api.v1.DeleteTopicResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.model.TopicId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A topic that is deleted and made again under its name, time and again: each is written and read,
 * keeps what it acknowledged, and shows nothing of those before it.
 */
final class SimTopicCycle {
    static final String NAME = "drafts";

    private static final int DEADLINE_S = 5;
    private static final int RECORDS = 3;
    private static final Duration AGAIN = Duration.ofMillis(200);

    private final SimCluster cluster;
    private final SimAdmin admin;
    private final SimDoor door;
    private final Map<Long, String> unread = new TreeMap<>(); // of what was acknowledged
    private final Set<String> own = new HashSet<>(); // seen in the topic of today
    private final Set<String> ofEarlier = new HashSet<>();
    private final Set<TopicId> gone = new HashSet<>();
    private Optional<TopicId> former = Optional.empty();
    private Optional<TopicId> present = Optional.empty();
    private Runnable happened;
    private boolean busy;
    private int attempts;
    private long nextOffset;

    SimTopicCycle(SimCluster cluster, SimAdmin admin, SimDoor door) {
        this.cluster = cluster;
        this.admin = admin;
        this.door = door;
    }

    /** Whether the topic of today has been seen to work, or there never was one. */
    boolean isIdle() {
        return !busy;
    }

    /** Makes the next one, unless that is under way. */
    void begin(Runnable told) {
        if (busy) {
            return;
        }
        busy = true;
        happened = told;
        former = present;
        former.ifPresent(gone::add);
        nextOffset = 0;
        delete();
    }

    private void later(Runnable step) {
        cluster.world().scheduler().after(AGAIN, step);
    }

    private Optional<TopicId> found() {
        return cluster.image().topic(NAME).map(topic -> topic.topic().topicId());
    }

    private void delete() {
        if (former.isEmpty()) {
            create();
            return;
        }
        DeleteTopicRequest request =
                DeleteTopicRequest.newBuilder()
                        .setTopic(NAME)
                        .setTopicId(former.get().toString())
                        .build();
        admin.<DeleteTopicResponse>ask(
                "no more topic " + former.get(),
                stub -> stub.deleteTopic(request),
                answer -> create(),
                failure -> later(this::create));
    }

    private void create() {
        if (found().filter(gone::contains).isPresent()) {
            delete();
            return;
        }
        CreateTopicRequest request =
                CreateTopicRequest.newBuilder()
                        .setTopic(NAME)
                        .setPartitionCount(1)
                        .setReplicationFactor(cluster.options().replicationFactor())
                        .putConfigs("min.insync.replicas", "" + cluster.options().minIsr())
                        .putConfigs("flush", cluster.options().flush())
                        .build();
        admin.<CreateTopicResponse>ask(
                "topic " + NAME,
                stub -> stub.createTopic(request),
                answer -> made(),
                failure -> later(this::made));
    }

    /** Whether or not there was an answer; a request that came late may have made it, too. */
    private void made() {
        present = found();
        if (present.isEmpty() || gone.contains(present.get())) {
            later(this::create);
        } else {
            writeOnceTheFormerIsGone();
        }
    }

    /** A record that is sent by the topic's name might go where that means the former one. */
    private void writeOnceTheFormerIsGone() {
        if (former.isPresent() && cluster.brokers().stream().anyMatch(this::hasTheFormer)) {
            later(this::writeOnceTheFormerIsGone);
        } else {
            write();
        }
    }

    private boolean hasTheFormer(SimBroker broker) {
        return broker.broker()
                .flatMap(each -> each.replicas().log(former.orElseThrow(), 0))
                .isPresent();
    }

    private void write() {
        String record = "draft-" + ++attempts;
        AppendRequest request =
                AppendRequest.newBuilder()
                        .setTopic(NAME)
                        .setPartition(0)
                        .setAcks(Acks.ACKS_ALL)
                        .addRecords(
                                NewRecord.newBuilder().setValue(ByteString.copyFromUtf8(record)))
                        .build();
        door.<AppendResponse>call(
                channel ->
                        LogServiceGrpc.newFutureStub(channel)
                                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                                .append(request),
                answer -> written(record, answer),
                failure -> later(this::write));
    }

    private void written(String record, AppendResponse answer) {
        if (answer.getPlaces(0).hasOffset()) {
            unread.put(answer.getPlaces(0).getOffset(), record);
        }
        if (unread.size() < RECORDS) {
            later(this::write);
        } else {
            read();
        }
    }

    private void read() {
        ReadRequest request =
                ReadRequest.newBuilder()
                        .setTopic(NAME)
                        .setTopicId(present.orElseThrow().toString())
                        .setPartition(0)
                        .setStart(
                                StartPosition.newBuilder()
                                        .setPosition(Position.newBuilder().setOffset(nextOffset)))
                        .build();
        door.<ReadResponse>call(
                channel ->
                        LogServiceGrpc.newFutureStub(channel)
                                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                                .read(request),
                this::read,
                (Optional<LogFailure> failure) -> later(this::read));
    }

    private void read(ReadResponse answer) {
        for (ConsumedRecord record : answer.getRecordsList()) {
            nextOffset = record.getOffset() + 1;
            String value = record.getValue().toStringUtf8();
            String expected = unread.remove(record.getOffset());
            own.add(value);
            if (ofEarlier.contains(value) || (expected != null && !expected.equals(value))) {
                cluster.clients()
                        .history()
                        .anomaly(
                                "%s of today shows %s at %d in the place of %s"
                                        .formatted(NAME, value, record.getOffset(), expected));
            }
        }
        if (unread.isEmpty()) {
            ofEarlier.addAll(own);
            own.clear();
            busy = false;
            happened.run();
        } else {
            later(this::read);
        }
    }
}
