// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.CreatePartitionsRequest;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.DeleteRecordsRequest;
import io.taffrail.api.v1.DeleteRecordsTarget;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.DescribeTopicRequest;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListTopicsRequest;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.api.v1.WatchClusterRequest;
import io.taffrail.api.v1.WatchTopicsRequest;
import java.util.ArrayList;
import java.util.List;

/** Requests whose values the contract does not allow, with the code that each must get. */
final class ImpossibleRequests {
    private static final int MANY = 10_001;

    /** One of them. */
    record Case(String what, MethodDescriptor<?, ?> method, Message request, Status.Code code) {}

    private final String topic;
    private final List<Case> cases = new ArrayList<>();

    private ImpossibleRequests(String topic) {
        this.topic = topic;
    }

    /** All of them; {@code topic} exists. */
    static List<Case> all(String topic) {
        ImpossibleRequests requests = new ImpossibleRequests(topic);
        requests.produce();
        requests.append();
        requests.fetch();
        requests.reads();
        requests.topics();
        requests.others();
        return requests.cases;
    }

    private void invalid(String what, MethodDescriptor<?, ?> method, Message.Builder request) {
        cases.add(new Case(what, method, request.build(), Status.Code.INVALID_ARGUMENT));
    }

    private void notFound(String what, MethodDescriptor<?, ?> method, Message.Builder request) {
        cases.add(new Case(what, method, request.build(), Status.Code.NOT_FOUND));
    }

    private void produce() {
        MethodDescriptor<?, ?> method = LogServiceGrpc.getProduceMethod();
        invalid("nothing", method, ProduceRequest.newBuilder());
        invalid("no topic", method, opening(ProduceOpen.newBuilder()));
        invalid("negative timeout", method, opening(produceOpen().setTimeoutMs(-1)));
        invalid("no such acks", method, opening(produceOpen().setAcksValue(77)));
        invalid("topic id", method, opening(produceOpen().setTopicId("no uuid")));
        notFound("negative partition", method, opening(produceOpen().setPartition(-1)));
        notFound("huge partition", method, opening(produceOpen().setPartition(1 << 30)));
        batch("no records", RecordBatch.newBuilder());
        batch("negative count", RecordBatch.newBuilder().setRecordCount(-1));
        batch("huge count", RecordBatch.newBuilder().setRecordCount(Integer.MAX_VALUE));
        batch(
                "huge count and delta",
                RecordBatch.newBuilder()
                        .setRecordCount(Integer.MAX_VALUE)
                        .setLastOffsetDelta(Integer.MAX_VALUE - 1));
        batch(
                "negative sequence",
                RecordBatch.newBuilder().setProducerId(5).setBaseSequence(-1).setRecordCount(1));
        batch("flags", RecordBatch.newBuilder().setFlags(-1).setRecordCount(1));
        batch("codec", RecordBatch.newBuilder().setCompressionValue(-9).setRecordCount(1));
        batch(
                "huge length",
                RecordBatch.newBuilder()
                        .setRecordCount(1)
                        .setRecords(ByteString.copyFrom(new byte[] {10, -1, -1, -1, -1, 7})));
    }

    private ProduceOpen.Builder produceOpen() {
        return ProduceOpen.newBuilder().setTopic(topic);
    }

    private static ProduceRequest.Builder opening(ProduceOpen.Builder open) {
        return ProduceRequest.newBuilder().setOpen(open);
    }

    private void batch(String what, RecordBatch.Builder batch) {
        invalid(what, LogServiceGrpc.getProduceMethod(), opening(produceOpen()).addBatches(batch));
    }

    private void append() {
        MethodDescriptor<?, ?> method = LogServiceGrpc.getAppendMethod();
        NewRecord.Builder record = NewRecord.newBuilder().setValue(ByteString.copyFromUtf8("v"));
        invalid("nothing", method, AppendRequest.newBuilder());
        invalid("no records", method, AppendRequest.newBuilder().setTopic(topic));
        AppendRequest.Builder sound =
                AppendRequest.newBuilder().setTopic(topic).addRecords(record).setPartition(0);
        notFound("negative partition", method, sound.clone().setPartition(-1));
        invalid(
                "producer without partition",
                method,
                sound.clone().clearPartition().setProducerId(7));
        invalid("negative producer", method, sound.clone().setProducerId(-7));
        invalid("epoch", method, sound.clone().setProducerId(7).setProducerEpoch(-1));
        invalid("sequence", method, sound.clone().setProducerId(7).setBaseSequence(-1));
        invalid("acks", method, sound.clone().setAcksValue(9));
    }

    private void fetch() {
        MethodDescriptor<?, ?> method = LogServiceGrpc.getFetchMethod();
        FetchOpen.Builder open = FetchOpen.newBuilder().setTopic(topic);
        invalid("nothing", method, FetchRequest.newBuilder());
        invalid("no topic", method, FetchRequest.newBuilder().setOpen(FetchOpen.newBuilder()));
        invalid("credit for nothing", method, FetchRequest.newBuilder().setDemand(credit(5)));
        invalid("negative credit", method, opening(open.clone().setDemand(credit(-1))));
        invalid("negative response", method, opening(open.clone().setMaxResponseBytes(-1)));
        invalid("negative message", method, opening(open.clone().setMaxMessageBytes(-1)));
        invalid("negative least", method, opening(open.clone().setMinBytes(-1)));
        invalid("negative wait", method, opening(open.clone().setMaxWaitMs(-1)));
        invalid("negative last", method, opening(open.clone().setStart(last(-1))));
        invalid("delivery", method, opening(open.clone().setDeliveryValue(99)));
        invalid("anchor", method, opening(open.clone().setStart(anchor(0))));
        notFound("negative partition", method, opening(open.clone().setPartition(-1)));
    }

    private static FetchRequest.Builder opening(FetchOpen.Builder open) {
        return FetchRequest.newBuilder().setOpen(open);
    }

    private static Demand.Builder credit(long bytes) {
        return Demand.newBuilder().setBytes(bytes);
    }

    private static StartPosition.Builder last(long records) {
        return StartPosition.newBuilder().setLastRecords(records);
    }

    private static StartPosition.Builder anchor(int value) {
        return StartPosition.newBuilder().setAnchorValue(value);
    }

    private void reads() {
        MethodDescriptor<?, ?> read = LogServiceGrpc.getReadMethod();
        ReadRequest.Builder sound = ReadRequest.newBuilder().setTopic(topic);
        invalid("no topic", read, ReadRequest.newBuilder());
        invalid("negative records", read, sound.clone().setMaxRecords(-1));
        invalid("negative bytes", read, sound.clone().setMaxBytes(-1));
        invalid("negative wait", read, sound.clone().setMaxWaitMs(-1));
        invalid("isolation", read, sound.clone().setIsolationValue(50));
        notFound("negative partition", read, sound.clone().setPartition(-1));
        invalid("negative offset", read, sound.clone().setStart(at(-5)));
        MethodDescriptor<?, ?> list = LogServiceGrpc.getListOffsetsMethod();
        invalid("nothing", list, ListOffsetsRequest.newBuilder());
        ListOffsetsRequest.Builder many = ListOffsetsRequest.newBuilder();
        OffsetQuery query =
                OffsetQuery.newBuilder().setTopic(topic).setAnchor(Anchor.ANCHOR_LATEST).build();
        for (int i = 0; i < MANY; i++) {
            many.addQueries(query);
        }
        invalid("too many", list, many);
    }

    private static StartPosition.Builder at(long offset) {
        return StartPosition.newBuilder().setPosition(Position.newBuilder().setOffset(offset));
    }

    private void topics() {
        MethodDescriptor<?, ?> create = AdminServiceGrpc.getCreateTopicMethod();
        CreateTopicRequest.Builder sound = CreateTopicRequest.newBuilder().setTopic("new");
        for (String name : List.of("", ".", "..", "a/b", "../../etc", "a\0b", "x".repeat(300))) {
            invalid("name " + name, create, sound.clone().setTopic(name));
        }
        invalid("negative count", create, sound.clone().setPartitionCount(-1));
        invalid("huge count", create, sound.clone().setPartitionCount(Integer.MAX_VALUE));
        invalid("negative replicas", create, sound.clone().setReplicationFactor(-1));
        invalid("huge replicas", create, sound.clone().setReplicationFactor(Integer.MAX_VALUE));
        invalid("setting", create, sound.clone().putConfigs("no.such", "1"));
        invalid("value", create, sound.clone().putConfigs("segment.bytes", "-1"));
        invalid(
                "assignment",
                create,
                sound.clone().addAssignments(ReplicaAssignment.newBuilder().addBrokerIds(-1)));
        invalid(
                "empty assignment",
                create,
                sound.clone().addAssignments(ReplicaAssignment.getDefaultInstance()));
        MethodDescriptor<?, ?> more = AdminServiceGrpc.getCreatePartitionsMethod();
        CreatePartitionsRequest.Builder grow = CreatePartitionsRequest.newBuilder().setTopic(topic);
        invalid("negative count", more, grow.clone().setPartitionCount(-1));
        invalid("huge count", more, grow.clone().setPartitionCount(Integer.MAX_VALUE));
        MethodDescriptor<?, ?> describe = AdminServiceGrpc.getDescribeTopicMethod();
        invalid("no name", describe, DescribeTopicRequest.newBuilder());
        invalid("id", describe, DescribeTopicRequest.newBuilder().setTopicId("no uuid"));
        invalid(
                "page token",
                describe,
                DescribeTopicRequest.newBuilder().setTopic(topic).setPageToken("\u1234"));
        invalid(
                "page size",
                AdminServiceGrpc.getListTopicsMethod(),
                ListTopicsRequest.newBuilder().setPageSize(-1));
    }

    private void others() {
        MethodDescriptor<?, ?> delete = AdminServiceGrpc.getDeleteRecordsMethod();
        invalid("nothing", delete, DeleteRecordsRequest.newBuilder());
        DeleteRecordsRequest.Builder many = DeleteRecordsRequest.newBuilder();
        DeleteRecordsTarget target =
                DeleteRecordsTarget.newBuilder()
                        .setPartition(PartitionRef.newBuilder().setTopic(topic))
                        .build();
        for (int i = 0; i < MANY; i++) {
            many.addTargets(target);
        }
        invalid("too many", delete, many);
        invalid(
                "kind",
                AdminServiceGrpc.getWatchClusterMethod(),
                WatchClusterRequest.newBuilder().addKindsValue(1234));
        MethodDescriptor<?, ?> watch = LogServiceGrpc.getWatchTopicsMethod();
        invalid("nothing", watch, WatchTopicsRequest.newBuilder());
        WatchTopicsRequest.Builder names = WatchTopicsRequest.newBuilder();
        for (int i = 0; i < MANY; i++) {
            names.addTopics("topic-" + i);
        }
        invalid("too many", watch, names);
        MethodDescriptor<?, ?> init = LogServiceGrpc.getInitProducerMethod();
        invalid("epoch alone", init, InitProducerRequest.newBuilder().setProducerEpoch(3));
        invalid(
                "negative id",
                init,
                InitProducerRequest.newBuilder().setProducerId(-4).setProducerEpoch(0));
    }
}
