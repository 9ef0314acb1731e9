// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.fuzz;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.MetadataServiceGrpc;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.LogServiceGrpc;
import java.util.ArrayList;
import java.util.List;

/** Every method that a node serves. */
final class Methods {
    private Methods() {}

    /** What clients call. */
    static List<MethodDescriptor<?, ?>> forClients() {
        return of(LogServiceGrpc.getServiceDescriptor(), AdminServiceGrpc.getServiceDescriptor());
    }

    /** What nodes call of each other, at the same port. */
    static List<MethodDescriptor<?, ?>> forNodes() {
        return of(
                ControllerServiceGrpc.getServiceDescriptor(),
                MetadataServiceGrpc.getServiceDescriptor());
    }

    static boolean isForNodes(MethodDescriptor<?, ?> method) {
        return forNodes().contains(method);
    }

    static List<MethodDescriptor<?, ?>> all() {
        List<MethodDescriptor<?, ?>> all = new ArrayList<>(forClients());
        all.addAll(forNodes());
        return all;
    }

    private static List<MethodDescriptor<?, ?>> of(ServiceDescriptor... services) {
        List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
        for (ServiceDescriptor service : services) {
            methods.addAll(service.getMethods());
        }
        return methods;
    }

    /** An empty request of a method. */
    static Message request(MethodDescriptor<?, ?> method) {
        PrototypeMarshaller<?> marshaller = (PrototypeMarshaller<?>) method.getRequestMarshaller();
        return (Message) marshaller.getMessagePrototype();
    }
}
