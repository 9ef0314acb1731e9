// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;

/** Requests to the member in this process, each with an id of its own. */
final class RaftCalls {
    private static final long TRANSFER_MILLIS = 3_000;

    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong nextCallId = new AtomicLong();
    private final RaftPeerId self;
    private final RaftGroupId group;

    RaftCalls(RaftPeerId self, RaftGroupId group) {
        this.self = self;
        this.group = group;
    }

    RaftClientRequest write(Message message) {
        return RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(self)
                .setGroupId(group)
                .setCallId(nextCallId.incrementAndGet())
                .setMessage(message)
                .setType(RaftClientRequest.writeRequestType())
                .build();
    }

    SetConfigurationRequest compareAndSet(List<RaftPeer> from, List<RaftPeer> to) {
        return new SetConfigurationRequest(
                clientId,
                self,
                group,
                nextCallId.incrementAndGet(),
                SetConfigurationRequest.Arguments.newBuilder()
                        .setServersInCurrentConf(from)
                        .setServersInNewConf(to)
                        .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                        .build());
    }

    TransferLeadershipRequest transfer(RaftPeerId to) {
        return new TransferLeadershipRequest(
                clientId, self, group, nextCallId.incrementAndGet(), to, TRANSFER_MILLIS);
    }

    /** In Ratis's words: to nobody. */
    TransferLeadershipRequest stepDown() {
        return transfer(null);
    }
}
