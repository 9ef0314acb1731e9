// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.quorum.PeerName;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Lets in only what other members say to this one. Ratis itself does not look to whom a message is
 * addressed: a node whose disk was wiped, and which waits under the address of its old self to be
 * taken in, would answer, vote and acknowledge as the member whose log it lost (P2, P5). What Ratis
 * offers to clients and administrators has no business on this port either.
 */
final class AddresseeCheck implements ServerInterceptor {
    private final ByteString self;

    AddresseeCheck(PeerName self) {
        this.self = ByteString.copyFromUtf8(self.toString());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String service = call.getMethodDescriptor().getServiceName();
        if (!RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
            call.close(Status.UNIMPLEMENTED, new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return new Checked<>(call, next.startCall(call, headers));
    }

    private final class Checked<Q, R>
            extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, R> call;
        private boolean refused;

        Checked(ServerCall<Q, R> call, ServerCall.Listener<Q> listener) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if (refused) {
                return;
            }
            if (addressee(message).filter(self::equals).isPresent()) {
                super.onMessage(message);
                return;
            }
            refused = true;
            call.close(
                    Status.FAILED_PRECONDITION.withDescription(
                            "this is " + self.toStringUtf8() + ", and the message is for another"),
                    new Metadata());
            super.onCancel(); // the handler is not to answer what it did not see
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                super.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            if (!refused) {
                super.onCancel();
            }
        }
    }

    private static Optional<ByteString> addressee(Object message) {
        return request(message).map(RaftRpcRequestProto::getReplyId);
    }

    private static Optional<RaftRpcRequestProto> request(Object message) {
        if (message instanceof AppendEntriesRequestProto append) {
            return Optional.of(append.getServerRequest());
        }
        if (message instanceof RequestVoteRequestProto vote) {
            return Optional.of(vote.getServerRequest());
        }
        if (message instanceof InstallSnapshotRequestProto install) {
            return Optional.of(install.getServerRequest());
        }
        if (message instanceof StartLeaderElectionRequestProto election) {
            return Optional.of(election.getServerRequest());
        }
        if (message instanceof ReadIndexRequestProto read) {
            return Optional.of(read.getServerRequest());
        }
        return Optional.empty();
    }
}
