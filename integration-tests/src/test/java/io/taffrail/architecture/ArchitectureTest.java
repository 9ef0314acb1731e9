// SPDX-License-Identifier: Apache-2.0
package io.taffrail.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.taffrail.model.Clock;
import java.util.stream.Stream;

/** The arrows of ARCHITECTURE.md. Think hard before changing one. */
@AnalyzeClasses(packages = "io.taffrail", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule MODULES_IMPORT_ONLY_WHAT_LIES_BELOW =
            layeredArchitecture()
                    .consideringOnlyDependenciesInAnyPackage("io.taffrail..")
                    .layer("model")
                    .definedBy("io.taffrail.model..")
                    .layer("store")
                    .definedBy("io.taffrail.logstore..")
                    .layer("api")
                    .definedBy("io.taffrail.api..")
                    .layer("controller")
                    .definedBy("io.taffrail.controller..")
                    .layer("broker")
                    .definedBy("io.taffrail.broker..")
                    .layer("client")
                    .definedBy("io.taffrail.client..")
                    .layer("cli")
                    .definedBy("io.taffrail.cli..")
                    .layer("tests")
                    .definedBy(
                            "io.taffrail.testsupport..",
                            "io.taffrail.benchmark..",
                            "io.taffrail.cluster..",
                            "io.taffrail.node..")
                    .whereLayer("model")
                    .mayNotAccessAnyLayer()
                    .whereLayer("store")
                    .mayOnlyAccessLayers("model")
                    .whereLayer("api")
                    .mayOnlyAccessLayers("model")
                    .whereLayer("controller")
                    .mayOnlyAccessLayers("model", "api")
                    .whereLayer("broker")
                    .mayOnlyAccessLayers("model", "store", "api", "controller")
                    .whereLayer("client")
                    .mayOnlyAccessLayers("model", "api")
                    .whereLayer("cli")
                    .mayOnlyAccessLayers("model", "store", "client", "broker")
                    .whereLayer("tests")
                    .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule ONLY_THE_NODE_SEES_THE_CONTROLLER =
            noClasses()
                    .that()
                    .resideInAPackage("io.taffrail.broker..")
                    .and()
                    .resideOutsideOfPackage("io.taffrail.broker.node")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.taffrail.controller..")
                    .because("a broker speaks to the controllers as to any other process");

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_STARTS_NODES_AND_SEES_NO_MORE_OF_THEM =
            noClasses()
                    .that()
                    .resideInAPackage("io.taffrail.cli..")
                    .should()
                    .dependOnClassesThat(
                            DescribedPredicate.describe(
                                    "are inside the broker",
                                    other ->
                                            other.getPackageName().startsWith("io.taffrail.broker")
                                                    && !other.getPackageName()
                                                            .equals("io.taffrail.broker.node")));

    @ArchTest
    static final ArchRule GENERATED_TYPES_STAY_OUT_OF_THE_CLIENTS_INTERFACE =
            noMethods()
                    .that()
                    .arePublic()
                    .and()
                    .areDeclaredInClassesThat()
                    .arePublic()
                    .and()
                    .areDeclaredInClassesThat()
                    .resideInAnyPackage("io.taffrail.client", "io.taffrail.client.admin")
                    .should()
                    .haveRawReturnType(
                            DescribedPredicate.describe(
                                    "of protobuf or gRPC", ArchitectureTest::isOfTheWire))
                    .orShould()
                    .haveRawParameterTypes(
                            DescribedPredicate.describe(
                                    "with one of protobuf or gRPC",
                                    types ->
                                            types.stream()
                                                    .anyMatch(ArchitectureTest::isOfTheWire)));

    private static boolean isOfTheWire(JavaClass type) {
        return Stream.of("io.taffrail.api", "io.grpc", "com.google.protobuf")
                .anyMatch(type.getPackageName()::startsWith);
    }

    @ArchTest
    static final ArchRule DECISIONS_ARE_PURE =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.taffrail.model..",
                            "io.taffrail.controller.decide..",
                            "io.taffrail.controller.placement..",
                            "io.taffrail.broker.partition..")
                    .and()
                    .areNotAssignableTo(Clock.class)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.net..",
                            "java.util.concurrent..",
                            "io.grpc..",
                            "com.google.protobuf..",
                            "org.apache.ratis..",
                            "org.slf4j..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(
                            Thread.class,
                            java.util.Random.class,
                            java.time.Instant.class,
                            java.time.Clock.class)
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .because(
                            "what they compute depends on what they are given, and on nothing else");

    @ArchTest
    static final ArchRule ONLY_FILES_TOUCHES_THE_FILE_SYSTEM =
            noClasses()
                    .that()
                    .resideInAPackage("io.taffrail.logstore..")
                    .and()
                    .resideOutsideOfPackage("io.taffrail.logstore.files")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.nio.file.Files")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.nio.channels.FileChannel")
                    .because("the simulated disk has to see every operation");

    @ArchTest
    static final ArchRule ONLY_THE_CLOCK_TELLS_THE_TIME =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.taffrail.logstore..",
                            "io.taffrail.controller..",
                            "io.taffrail.broker..")
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .because("a simulation holds the time");

    @ArchTest
    static final ArchRule NO_CYCLES_INSIDE_THE_STORE_BELOW_ITS_DOOR =
            slices().matching("io.taffrail.logstore.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_DRAWERS =
            classes()
                    .that()
                    .resideInAPackage("io.taffrail..")
                    .and()
                    .resideOutsideOfPackages("io.taffrail.api.v1..", "io.taffrail.api.internal..")
                    .should()
                    .haveSimpleNameNotEndingWith("Utils")
                    .andShould()
                    .haveSimpleNameNotEndingWith("Util")
                    .andShould()
                    .haveSimpleNameNotEndingWith("Helper")
                    .because("what is in it belongs on the type it serves");
}
