// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.model.HostPort;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Generated stubs over a channel to one node, and the requests that many tests begin with. */
final class PlainClient implements AutoCloseable {
    private static final long DEADLINE_S = 60;

    private final AtomicInteger topics = new AtomicInteger();
    private final ManagedChannel channel;

    PlainClient(HostPort address) {
        channel =
                Grpc.newChannelBuilderForAddress(
                                address.host(), address.port(), InsecureChannelCredentials.create())
                        .build();
    }

    LogServiceGrpc.LogServiceBlockingStub log() {
        return LogServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS);
    }

    AdminServiceGrpc.AdminServiceBlockingStub admin() {
        return AdminServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS);
    }

    ControllerServiceGrpc.ControllerServiceBlockingStub controller() {
        return ControllerServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS);
    }

    /** What a call is refused with. */
    static ErrorAnswer refused(ThrowingCallable call) {
        StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
        if (thrown == null) {
            throw new AssertionError("not refused");
        }
        return ErrorAnswer.of(thrown);
    }

    /** Creates a topic of the test's own, with one partition; returns its name. */
    String newTopic(Map<String, String> configs) {
        return create(CreateTopicRequest.newBuilder().setPartitionCount(1).putAllConfigs(configs));
    }

    String create(CreateTopicRequest.Builder request) {
        String name = "topic-" + topics.incrementAndGet();
        var unused = admin().createTopic(request.setTopic(name).build());
        return name;
    }

    /** A new topic with so many records, each in a batch of its own. */
    String topicWith(int records) {
        String topic = newTopic(Map.of());
        for (int i = 0; i < records; i++) {
            var unused = log().append(append(topic, "record " + i).build());
        }
        return topic;
    }

    static AppendRequest.Builder append(String topic, String value) {
        return AppendRequest.newBuilder()
                .setTopic(topic)
                .setPartition(0)
                .addRecords(record(ByteString.copyFromUtf8(value)));
    }

    static NewRecord.Builder record(ByteString value) {
        return NewRecord.newBuilder().setValue(value);
    }

    InitProducerResponse newProducer() {
        return log().initProducer(InitProducerRequest.getDefaultInstance());
    }

    /** Sends requests over a stream of their own, and half-closes. */
    StreamEnd<ProduceResponse> produce(ProduceRequest... requests) {
        StreamEnd<ProduceResponse> answers = new StreamEnd<>();
        StreamObserver<ProduceRequest> stream = LogServiceGrpc.newStub(channel).produce(answers);
        for (ProduceRequest request : requests) {
            stream.onNext(request);
        }
        stream.onCompleted();
        return answers;
    }

    /** Opens slot 0 of a stream of its own. */
    StreamEnd<FetchResponse> fetch(FetchOpen.Builder open) {
        return fetch(FetchRequest.newBuilder().setOpen(open).build());
    }

    /** Sends requests over a stream of their own, which stays open. */
    StreamEnd<FetchResponse> fetch(FetchRequest... requests) {
        StreamEnd<FetchResponse> answers = new StreamEnd<>();
        StreamObserver<FetchRequest> stream = LogServiceGrpc.newStub(channel).fetch(answers);
        for (FetchRequest request : requests) {
            stream.onNext(request);
        }
        return answers;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
