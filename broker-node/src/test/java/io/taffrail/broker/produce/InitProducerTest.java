// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.internal.v1.AllocateProducerIdsResponse;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.model.LogError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitProducerTest {
    @TempDir Path directory;
    private final AtomicInteger blocks = new AtomicInteger();
    private ProduceFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ProduceFixture(directory);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    /** The n-th block is of three ids, from 1000 n. */
    private AllocateProducerIdsResponse nextBlock() {
        return AllocateProducerIdsResponse.newBuilder()
                .setFirstProducerId(1000L * blocks.incrementAndGet())
                .setCount(3)
                .build();
    }

    private void givesBlocks() {
        fixture.controller.onAllocateProducerIds(
                () -> CompletableFuture.completedFuture(nextBlock()));
    }

    private InitProducerResponse init(InitProducerRequest.Builder request) {
        return fixture.stub().initProducer(request.build());
    }

    private static InitProducerRequest.Builder held(long id, int epoch) {
        return InitProducerRequest.newBuilder().setProducerId(id).setProducerEpoch(epoch);
    }

    @Test
    void handsOutBlocksIdById() {
        givesBlocks();
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            InitProducerResponse response = init(InitProducerRequest.newBuilder());
            assertThat(response.getProducerEpoch()).isZero();
            ids.add(response.getProducerId());
        }
        assertThat(ids).containsExactly(1000L, 1001L, 1002L, 2000L, 2001L, 2002L, 3000L);
    }

    @Test
    void callersThatComeTogetherShareOneRequest() throws Exception {
        CompletableFuture<AllocateProducerIdsResponse> first = new CompletableFuture<>();
        fixture.controller.onAllocateProducerIds(
                () ->
                        blocks.getAndIncrement() == 0
                                ? first
                                : CompletableFuture.completedFuture(nextBlock()));
        List<ListenableFuture<InitProducerResponse>> responses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            responses.add(
                    LogServiceGrpc.newFutureStub(fixture.channel)
                            .initProducer(InitProducerRequest.getDefaultInstance()));
        }
        Waiting.until(() -> blocks.get() == 1);
        first.complete(
                AllocateProducerIdsResponse.newBuilder()
                        .setFirstProducerId(500)
                        .setCount(3)
                        .build());
        List<Long> ids = new ArrayList<>();
        for (ListenableFuture<InitProducerResponse> response : responses) {
            ids.add(response.get(30, TimeUnit.SECONDS).getProducerId());
        }
        assertThat(ids).doesNotHaveDuplicates().contains(500L, 501L, 502L);
    }

    @Test
    void theNextEpochNeedsNoController() {
        InitProducerResponse response = init(held(77, 4));
        assertThat(response.getProducerId()).isEqualTo(77);
        assertThat(response.getProducerEpoch()).isEqualTo(5);
    }

    @Test
    void afterTheLastEpochThereIsANewId() {
        givesBlocks();
        InitProducerResponse response = init(held(77, Integer.MAX_VALUE));
        assertThat(response.getProducerId()).isEqualTo(1000);
        assertThat(response.getProducerEpoch()).isZero();
    }

    @Test
    void passesOnWhatTheControllerSaysAndAsksAgainNextTime() {
        fixture.controller.onAllocateProducerIds(
                () ->
                        CompletableFuture.failedFuture(
                                StatusTranslator.toException(
                                        LogFailure.of(LogError.NOT_CONTROLLER, "none found"))));
        StatusRuntimeException refused =
                catchThrowableOfType(
                        StatusRuntimeException.class, () -> init(InitProducerRequest.newBuilder()));
        assertThat(StatusTranslator.fromException(refused).orElseThrow().error())
                .isEqualTo(LogError.NOT_CONTROLLER);

        givesBlocks();
        assertThat(init(InitProducerRequest.newBuilder()).getProducerId()).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-5, 1", "7, -1", "7, ", ", 1"})
    void refuses(Long id, Integer epoch) {
        InitProducerRequest.Builder request = InitProducerRequest.newBuilder();
        if (id != null) {
            request.setProducerId(id);
        }
        if (epoch != null) {
            request.setProducerEpoch(epoch);
        }
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> init(request));
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }
}
