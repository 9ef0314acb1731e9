// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.quorum;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.model.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A member that is not there yet, or no more: services are reachable before the group is formed.
 * Until {@link #attach} it leads nothing and knows nothing.
 */
public final class LateQuorum implements Quorum {
    private volatile Optional<Quorum> member = Optional.empty();

    /** The member is there now. */
    public void attach(Quorum started) {
        member = Optional.of(started);
    }

    /** The member is there no more: all is as before {@link #attach}. */
    public void detach() {
        member = Optional.empty();
    }

    /** Whether the member is there. */
    public boolean attached() {
        return member.isPresent();
    }

    /** Empty until the member is there. */
    @Override
    public String clusterId() {
        return member.map(Quorum::clusterId).orElse("");
    }

    @Override
    public ControllerState state() {
        return member.map(Quorum::state).orElse(ControllerState.EMPTY);
    }

    @Override
    public long term() {
        return member.map(Quorum::term).orElse(0L);
    }

    @Override
    public boolean isLeader() {
        return member.map(Quorum::isLeader).orElse(false);
    }

    @Override
    public OptionalInt leaderNodeId() {
        return member.map(Quorum::leaderNodeId).orElse(OptionalInt.empty());
    }

    @Override
    public Optional<HostPort> apiAddress(int nodeId) {
        return member.flatMap(each -> each.apiAddress(nodeId));
    }

    @Override
    public SortedMap<Integer, HostPort> apiAddresses() {
        return member.map(Quorum::apiAddresses).orElseGet(TreeMap::new);
    }

    @Override
    public long commitIndex() {
        return member.map(Quorum::commitIndex).orElse(-1L);
    }

    @Override
    public long lastLogIndex() {
        return member.map(Quorum::lastLogIndex).orElse(-1L);
    }

    @Override
    public OptionalLong snapshotIndex() {
        return member.map(Quorum::snapshotIndex).orElse(OptionalLong.empty());
    }

    @Override
    public int memberCount() {
        return member.map(Quorum::memberCount).orElse(0);
    }

    @Override
    public List<QuorumMember> members() {
        return member.map(Quorum::members).orElse(List.of());
    }

    @Override
    public CompletableFuture<Applied> submit(Command command, long timeMs) {
        return member.map(each -> each.submit(command, timeMs))
                .orElseGet(
                        () ->
                                CompletableFuture.failedFuture(
                                        new NotActiveException(
                                                "the controllers' group is not formed yet")));
    }
}
