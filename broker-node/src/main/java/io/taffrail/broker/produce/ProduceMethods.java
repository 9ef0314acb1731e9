// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.ProduceRequest;

/**
 * The methods of LogService that write. Handlers run on the transport's threads and never block
 * them: a server without an executor of its own serves them best.
 */
public final class ProduceMethods {
    private final ProduceServices services;
    private final AppendHandler append;
    private final InitProducerHandler initProducer;

    public ProduceMethods(ProduceServices services) {
        this.services = services;
        this.append = new AppendHandler(services);
        this.initProducer =
                new InitProducerHandler(
                        new ProducerIds(
                                services.controller(), services.limits().producerIdTimeout()),
                        services.observer());
    }

    public ServerMethodDefinition<?, ?> produce() {
        return ServerMethodDefinition.create(
                reading(LogServiceGrpc.getProduceMethod(), ProduceRequest.parser()),
                (call, headers) -> ProduceStream.start(call, services));
    }

    public ServerMethodDefinition<?, ?> append() {
        return ServerMethodDefinition.create(
                reading(LogServiceGrpc.getAppendMethod(), AppendRequest.parser()),
                (call, headers) -> append.start(call));
    }

    public ServerMethodDefinition<?, ?> initProducer() {
        return ServerMethodDefinition.create(
                reading(LogServiceGrpc.getInitProducerMethod(), InitProducerRequest.parser()),
                (call, headers) -> initProducer.start(call));
    }

    /** The same method, its requests read our way. */
    private static <Q extends MessageLite, R> MethodDescriptor<Inbound<Q>, R> reading(
            MethodDescriptor<Q, R> method, Parser<Q> parser) {
        return method.toBuilder(new InboundMarshaller<>(parser), method.getResponseMarshaller())
                .build();
    }
}
