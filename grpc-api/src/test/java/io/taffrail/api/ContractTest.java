// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.taffrail.api.internal.v1.ControllerServiceProto;
import io.taffrail.api.internal.v1.MetadataServiceProto;
import io.taffrail.api.internal.v1.ReplicaServiceProto;
import io.taffrail.api.v1.AdminServiceProto;
import io.taffrail.api.v1.LogServiceProto;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.RecordsProto;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules of the contract that no compiler holds. */
class ContractTest {
    private static final List<FileDescriptor> FILES =
            List.of(
                    RecordsProto.getDescriptor(),
                    LogServiceProto.getDescriptor(),
                    AdminServiceProto.getDescriptor(),
                    ReplicaServiceProto.getDescriptor(),
                    MetadataServiceProto.getDescriptor(),
                    ControllerServiceProto.getDescriptor());

    /** A method that changes something, by the first word of its name. */
    private static final String ADMIN_WRITE =
            "(Create|Delete|Alter|Reassign|Elect|Decommission|Unregister|Replace|Add|Remove"
                    + "|Transfer).*";

    static Stream<Descriptor> messages() {
        return FILES.stream().flatMap(file -> file.getMessageTypes().stream());
    }

    static Stream<MethodDescriptor> adminMethods() {
        ServiceDescriptor admin =
                AdminServiceProto.getDescriptor().findServiceByName("AdminService");
        return admin.getMethods().stream();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void batchesAreInField15AndLast(Descriptor message) {
        for (FieldDescriptor field : message.getFields()) {
            if (isBatches(field)) {
                assertThat(field.getNumber()).isEqualTo(15);
                assertThat(message.getFields())
                        .allSatisfy(other -> assertThat(other.getNumber()).isLessThan(16));
            }
        }
    }

    private static boolean isBatches(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && field.getMessageType().equals(RecordBatch.getDescriptor());
    }

    @Test
    void threeMessagesCarryBatches() {
        assertThat(messages().filter(ContractTest::carriesBatches).map(Descriptor::getName))
                .containsExactlyInAnyOrder("ProduceRequest", "FetchResponse", "ReplicateResponse");
    }

    private static boolean carriesBatches(Descriptor message) {
        return message.getFields().stream().anyMatch(ContractTest::isBatches);
    }

    @ParameterizedTest
    @MethodSource("adminMethods")
    void adminWritesCanBeTried(MethodDescriptor method) {
        assertThat(method.getInputType().findFieldByName("validate_only") != null)
                .isEqualTo(method.getName().matches(ADMIN_WRITE));
    }

    @Test
    void adminHasAllItsMethods() {
        assertThat(adminMethods().map(MethodDescriptor::getName).collect(Collectors.toList()))
                .containsExactly(
                        "CreateTopic",
                        "DeleteTopic",
                        "ListTopics",
                        "DescribeTopic",
                        "AlterTopicConfig",
                        "CreatePartitions",
                        "DeleteRecords",
                        "DescribeCluster",
                        "DescribeQuorum",
                        "DescribeBroker",
                        "WatchCluster",
                        "ReassignPartitions",
                        "PlanReassignment",
                        "ListReassignments",
                        "ElectLeaders",
                        "DecommissionBroker",
                        "UnregisterBroker",
                        "ReplaceDisk",
                        "AddController",
                        "RemoveController",
                        "TransferControllerLeadership");
    }

    @Test
    void languagesHaveTheirPackages() {
        assertThat(FILES)
                .allSatisfy(
                        file -> {
                            assertThat(file.getOptions().getJavaPackage())
                                    .startsWith("io.taffrail.api.");
                            assertThat(file.getOptions().getGoPackage()).isNotEmpty();
                            assertThat(file.getOptions().getCsharpNamespace())
                                    .startsWith("Taffrail.");
                        });
    }
}
