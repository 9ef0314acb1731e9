// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.ReportReplicaResponse;

/** Replicas' reports against themselves are taken, and nothing comes of them. */
final class SwallowedReports implements ServerInterceptor {
    @Override
    @SuppressWarnings("unchecked") // only for calls whose answers are that type
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (!method.equals(ControllerServiceGrpc.getReportReplicaMethod().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        call.request(2);
        call.sendHeaders(new Metadata());
        call.sendMessage((R) ReportReplicaResponse.getDefaultInstance());
        call.close(Status.OK, new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
