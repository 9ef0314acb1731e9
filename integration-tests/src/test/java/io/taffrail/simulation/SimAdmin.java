// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import com.google.common.util.concurrent.ListenableFuture;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.AdminServiceGrpc.AdminServiceFutureStub;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks for changes of the cluster as operators do: through any broker, which may be a wrong one.
 */
final class SimAdmin {
    private static final int DEADLINE_S = 5;

    private final SimWorld world;
    private final SimDoor door;

    SimAdmin(SimWorld world, SimDoor door) {
        this.world = world;
        this.door = door;
    }

    /** Asks once. What fails may have been done all the same. */
    <R> void ask(
            String what,
            Function<AdminServiceFutureStub, ListenableFuture<R>> call,
            Consumer<R> answered,
            Consumer<Optional<LogFailure>> failed) {
        world.note("asked for: " + what);
        door.<R>call(
                channel ->
                        call.apply(
                                AdminServiceGrpc.newFutureStub(channel)
                                        .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)),
                answer -> {
                    world.note("done: " + what);
                    answered.accept(answer);
                },
                failure -> {
                    world.note("not answered: " + what + ": " + failure);
                    failed.accept(failure);
                });
    }

    /** Asks once; if it fails, that was that. */
    <R> void ask(
            String what,
            Function<AdminServiceFutureStub, ListenableFuture<R>> call,
            Consumer<R> answered) {
        ask(what, call, answered, failure -> {});
    }
}
