// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.RecordBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a few answers from a server to a client on loopback, over the gRPC and Netty that are
 * really there, and looks whether they came without a copy and arrived as they should. Another
 * version of gRPC may ask for its buffers in another way: then answers are copied from the start.
 */
public final class ServingSelfTest {
    private static final Logger LOG = LoggerFactory.getLogger(ServingSelfTest.class);

    /** Below and above the capacity that the framer asks for at most. */
    private static final int[] RECORD_BYTES = {64 << 10, (3 << 20) + 17};

    private static final long PATIENCE_MS = 10_000;

    private ServingSelfTest() {}

    /** The path that works here; the log says which. */
    public static ServingPath choosePath() {
        String why;
        try {
            why = problem().orElse("");
        } catch (IOException | RuntimeException e) {
            why = e.toString();
        }
        ServingPath path = why.isEmpty() ? ServingPath.INJECTED : ServingPath.COPIED;
        LOG.info("serving path {}{}", path, why.isEmpty() ? "" : ": " + why);
        return path;
    }

    private static Optional<String> problem() throws IOException {
        InjectingAllocator allocator = new InjectingAllocator();
        ByteBudget budget = new ByteBudget(Long.MAX_VALUE, change -> {});
        Server server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withChildOption(ChannelOption.ALLOCATOR, allocator)
                        .directExecutor()
                        .addService(service(allocator, budget))
                        .build()
                        .start();
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .usePlaintext()
                        .build();
        try {
            return compare(channel, allocator);
        } finally {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    private static ServerServiceDefinition service(
            InjectingAllocator allocator, ByteBudget budget) {
        MethodDescriptor<FetchRequest, FetchAnswer> method =
                LogServiceGrpc.getFetchMethod().toBuilder(
                                LogServiceGrpc.getFetchMethod().getRequestMarshaller(),
                                new FetchAnswerMarshaller(
                                        FetchResponse.getDefaultInstance(), Optional.of(allocator)))
                        .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                        .build();
        return ServerServiceDefinition.builder("taffrail.v1.LogService")
                .addMethod(method, (call, headers) -> answerAll(call, allocator, budget))
                .build();
    }

    private static ServerCall.Listener<FetchRequest> answerAll(
            ServerCall<FetchRequest, FetchAnswer> call,
            InjectingAllocator allocator,
            ByteBudget budget) {
        call.request(2);
        call.sendHeaders(new Metadata());
        return new ServerCall.Listener<>() {
            @Override
            public void onHalfClose() {
                ByteBudget.Share share = budget.share();
                for (int recordBytes : RECORD_BYTES) {
                    ByteBuf entry = sampleEntry(allocator, recordBytes);
                    try (FetchAnswer answer =
                            FetchAnswer.of(
                                    FetchResponse.newBuilder().setSlot(recordBytes).build(),
                                    entry,
                                    share.reserve(recordBytes).orElseThrow())) {
                        call.sendMessage(answer);
                    }
                }
                call.close(io.grpc.Status.OK, new Metadata());
            }
        };
    }

    private static ByteBuf sampleEntry(InjectingAllocator allocator, int recordBytes) {
        byte[] records = new byte[recordBytes];
        for (int i = 0; i < recordBytes; i++) {
            records[i] = (byte) (i * 31 + (i >>> 12));
        }
        byte[] entry =
                FetchResponse.newBuilder()
                        .addBatches(
                                RecordBatch.newBuilder().setRecords(ByteString.copyFrom(records)))
                        .build()
                        .toByteArray();
        return allocator.directBuffer(entry.length, entry.length).writeBytes(entry);
    }

    private static Optional<String> compare(ManagedChannel channel, InjectingAllocator allocator) {
        Iterator<FetchResponse> answers =
                ClientCalls.blockingServerStreamingCall(
                        channel,
                        LogServiceGrpc.getFetchMethod().toBuilder()
                                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                                .build(),
                        CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_MS, TimeUnit.MILLISECONDS),
                        FetchRequest.getDefaultInstance());
        try {
            for (int recordBytes : RECORD_BYTES) {
                FetchResponse expected = sampleAnswer(allocator, recordBytes);
                if (!answers.hasNext() || !answers.next().equals(expected)) {
                    return Optional.of("an answer of " + recordBytes + " bytes came out wrong");
                }
            }
        } catch (StatusRuntimeException e) {
            return Optional.of(e.toString());
        }
        long injected = allocator.injections();
        return injected == RECORD_BYTES.length
                ? Optional.empty()
                : Optional.of("gRPC took " + injected + " of " + RECORD_BYTES.length + " buffers");
    }

    private static FetchResponse sampleAnswer(InjectingAllocator allocator, int recordBytes) {
        ByteBuf entry = sampleEntry(allocator, recordBytes);
        try {
            byte[] bytes = new byte[entry.readableBytes()];
            entry.readBytes(bytes);
            return FetchResponse.parseFrom(bytes).toBuilder().setSlot(recordBytes).build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("what was just written cannot be parsed", e);
        } finally {
            entry.release();
        }
    }
}
