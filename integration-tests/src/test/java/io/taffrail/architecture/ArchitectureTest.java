// SPDX-License-Identifier: Apache-2.0
package io.taffrail.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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
                    .layer("cli")
                    .definedBy("io.taffrail.cli..")
                    .layer("tests")
                    .definedBy("io.taffrail.testsupport..", "io.taffrail.benchmark..")
                    .whereLayer("model")
                    .mayNotAccessAnyLayer()
                    .whereLayer("store")
                    .mayOnlyAccessLayers("model")
                    .whereLayer("api")
                    .mayOnlyAccessLayers("model")
                    .whereLayer("cli")
                    .mayOnlyAccessLayers("model", "store")
                    .whereLayer("tests")
                    .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule THE_MODEL_IS_PURE =
            noClasses()
                    .that()
                    .resideInAPackage("io.taffrail.model..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.net..",
                            "java.util.concurrent..",
                            "java.time..",
                            "io.grpc..",
                            "com.google.protobuf..",
                            "org.slf4j..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(Thread.class, java.util.Random.class)
                    .because("what it computes depends on what it is given, and on nothing else");

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
                    .resideInAnyPackage("io.taffrail.logstore..")
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
