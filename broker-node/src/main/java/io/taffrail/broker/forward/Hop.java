// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.MetadataUtils;

/**
 * Marks what a door passes on by a method whose request has no {@code routing}, so that it takes
 * one hop and no more. Stands in front of such services.
 */
public final class Hop implements ServerInterceptor {
    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("taffrail-forwarded", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<Boolean> TAKEN =
            Context.keyWithDefault("taffrail-forwarded", false);

    /** Whether another broker passed on the call that is being handled. */
    public static boolean isTaken() {
        return TAKEN.get();
    }

    /** Marks the calls that are made over {@code channel}. */
    static Channel marking(Channel channel) {
        Metadata header = new Metadata();
        header.put(HEADER, "1");
        return ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(header));
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Context context = Context.current().withValue(TAKEN, headers.containsKey(HEADER));
        return Contexts.interceptCall(context, call, headers, next);
    }
}
