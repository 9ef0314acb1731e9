// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final RoomyOrFull stream = new RoomyOrFull();
    private int state;
    private int told = -1;
    private final Watch<Integer> watch =
            new Watch<>(stream, this::news, Runnable::run, "taffrail.v1.Test/Watch");

    /** The state as it is, if it is not the one that was told. */
    private Iterator<Integer> news() {
        if (told == state) {
            return Collections.emptyIterator();
        }
        told = state;
        return List.of(state).iterator();
    }

    private void become(int next) {
        state = next;
        watch.wake();
    }

    @Test
    void aStreamWithoutRoomSkipsStatesAndIsToldTheLastOneOnceItHasRoom() {
        watch.begin();
        stream.ready = false;
        for (int i = 1; i <= 100; i++) {
            become(i);
        }
        assertThat(stream.answers).containsExactly(0);

        stream.ready = true;
        stream.onReady.run();

        assertThat(stream.answers).containsExactly(0, 100);
    }

    @Test
    void nothingIsToldBeforeItBegins() {
        become(1);
        assertThat(stream.answers).isEmpty();

        watch.begin();

        assertThat(stream.answers).containsExactly(1);
    }

    private static final class RoomyOrFull extends ServerCallStreamObserver<Integer> {
        private final List<Integer> answers = new ArrayList<>();
        private boolean ready = true;
        private Runnable onReady = () -> {};

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void onNext(Integer answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable thrown) {
            throw new AssertionError("the stream is not to end", thrown);
        }

        @Override
        public void onCompleted() {
            throw new AssertionError("the stream is not to end");
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}
    }
}
