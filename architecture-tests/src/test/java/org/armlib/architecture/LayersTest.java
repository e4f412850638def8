package org.armlib.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Who may know whom. */
class LayersTest {
    private static final Set<String> OPEN_TO_ADAPTERS = Set.of("spi", "ports", "domain", "json", "content");

    /**
     * Libraries that are everybody's: nullness, the facades of logging and of metrics, the injector, and what the JDK has for
     * sockets, TLS and data sources.
     */
    private static final Set<String> SHARED = Set.of(
            "org.jspecify",
            "javax.net",
            "javax.sql",
            "org.slf4j",
            "io.micrometer",
            "com.google",
            "jakarta.inject",
            "com.fasterxml",
            "tools.jackson");

    @TestFactory
    Stream<DynamicTest> rule_01_domain_depends_on_java_and_itself() {
        return Rule.that(only("domain"))
                .brokenBy("org.slf4j.Logger", planted("org.armlib.domain", "org.slf4j.Logger"))
                .brokenBy("org.armlib.ports.Page", planted("org.armlib.domain", "org.armlib.ports.Page<String>"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_02_ports_depends_on_domain() {
        return Rule.that(only("ports", "org.armlib.domain.."))
                .brokenBy(
                        "application.RequestWorker",
                        planted("org.armlib.ports", "org.armlib.application.RequestWorker"))
                .brokenBy("org.slf4j.Logger", planted("org.armlib.ports", "org.slf4j.Logger"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_03_application_depends_on_ports_and_domain_and_slf4j() {
        return Rule.that(only("application", "org.armlib.ports..", "org.armlib.domain..", "org.slf4j.."))
                .brokenBy("org.armlib.spi.Settings", planted("org.armlib.application", "org.armlib.spi.Settings"))
                .brokenBy("com.google.inject.Injector", planted("org.armlib.application", "com.google.inject.Injector"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_04_spi_depends_on_ports_and_domain_and_guice() {
        return Rule.that(only("spi", "org.armlib.ports..", "org.armlib.domain..", "com.google.inject..", "javax.sql.."))
                .brokenBy(
                        "application.RequestWorker", planted("org.armlib.spi", "org.armlib.application.RequestWorker"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_04_json_depends_on_domain_and_jackson() {
        return Rule.that(only("json", "org.armlib.domain..", "tools.jackson..", "com.fasterxml.jackson.annotation.."))
                .brokenBy("org.armlib.ports.Page", planted("org.armlib.json", "org.armlib.ports.Page<String>"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_04_content_depends_on_domain_and_zstd() {
        return Rule.that(only("content", "org.armlib.domain..", "com.github.luben.zstd.."))
                .brokenBy("org.armlib.ports.Page", planted("org.armlib.content", "org.armlib.ports.Page<String>"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_04_tck_depends_on_ports_and_application_and_domain_and_test_libraries() {
        ArchRule rule = only(
                "tck",
                "org.armlib.application..",
                "org.armlib.ports..",
                "org.armlib.domain..",
                "org.junit.jupiter.api..",
                "org.assertj..",
                "org.awaitility..");
        return Rule.that(rule)
                .brokenBy("org.armlib.spi.Settings", planted("org.armlib.tck", "org.armlib.spi.Settings"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_05_adapters_know_neither_each_other_nor_application_nor_bootstrap() {
        return Rule.that(classes().that(House.adapters()).should(knowOnlyWhatIsOpenToAdapters()))
                .brokenBy(
                        "org.armlib.other.Secret",
                        planted("org.armlib.one", "org.armlib.other.Secret"),
                        Snippet.in("org.armlib.other", "public class Secret {}"))
                .brokenBy(
                        "application.RequestWorker", planted("org.armlib.one", "org.armlib.application.RequestWorker"))
                .brokenBy(
                        "org.armlib.bootstrap.Wiring",
                        planted("org.armlib.http.gateway", "org.armlib.bootstrap.Wiring"),
                        Snippet.in("org.armlib.bootstrap", "public class Wiring {}"))
                .brokenBy("org.armlib.tck.MutableClock", planted("org.armlib.http", "org.armlib.tck.MutableClock"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_06_a_library_is_known_to_one_room_of_the_house() {
        return Rule.that(classes().should(shareNoLibrary()))
                .brokenBy(
                        "com.tngtech is used in [one, other]",
                        planted("org.armlib.one", "com.tngtech.archunit.core.domain.JavaClass"),
                        planted("org.armlib.other", "com.tngtech.archunit.core.domain.JavaClass"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_06_no_public_signature_has_a_type_of_a_library() {
        return Rule.that(classes()
                        .that(describe("are public and not the contracts", type -> isApi(type)))
                        .should(showNoLibrary()))
                .brokenBy(
                        "Planted.logger() shows org.slf4j.Logger",
                        Snippet.in(
                                "org.armlib.one",
                                "public class Planted { public org.slf4j.Logger logger() { return null; } }"))
                .brokenBy(
                        "shows org.slf4j.Logger",
                        Snippet.in(
                                "org.armlib.one",
                                "public class Planted { protected Planted(java.util.List<? extends org.slf4j.Logger> l) {} }"))
                .brokenBy(
                        "Planted.LOGGER shows org.slf4j.Logger",
                        Snippet.in(
                                "org.armlib.one",
                                "public class Planted { public static final org.slf4j.Logger LOGGER = null; }"))
                .brokenBy(
                        "shows org.slf4j.spi.LoggerFactoryBinder",
                        Snippet.in(
                                "org.armlib.one",
                                "public interface Planted extends org.slf4j.spi.LoggerFactoryBinder {}"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_07_guice_is_known_to_bootstrap_and_spi_and_modules_and_providers() {
        ArchRule rule = noClasses()
                .that(describe("are not part of the wiring", type -> House.isOurs(type) && !isWiring(type)))
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.google.inject..", "jakarta.inject.."));
        return Rule.that(rule)
                .brokenBy("com.google.inject.Injector", planted("org.armlib.one", "com.google.inject.Injector"))
                .brokenBy(
                        "com.google.inject.Injector",
                        Snippet.in(
                                "org.armlib.one",
                                "class PlantedService { static class FakeModule { com.google.inject.Injector i; } }"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_08_packages_have_no_cycles() {
        return Rule.that(slices().matching("org.armlib.(**)").should().beFreeOfCycles())
                .brokenBy(
                        "Cycle detected: Slice one -> ",
                        Snippet.in("org.armlib.one", "public class Hen { org.armlib.one.inner.Egg egg; }"),
                        Snippet.in("org.armlib.one.inner", "public class Egg { org.armlib.one.Hen hen; }"))
                .tests();
    }

    private static Snippet planted(String packageName, String knownType) {
        return Snippet.in(packageName, "class Planted { " + knownType + " known; }");
    }

    private static ArchRule only(String room, String... others) {
        String own = "org.armlib." + room + "..";
        String[] allowed = Stream.concat(Stream.of("java..", "org.jspecify.annotations..", own), Arrays.stream(others))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed)
                        .or(describe(
                                "are primitive",
                                type -> type.getBaseComponentType().isPrimitive())));
    }

    private static ArchCondition<JavaClass> knowOnlyWhatIsOpenToAdapters() {
        return new ArchCondition<>(
                "know of the house only " + OPEN_TO_ADAPTERS + ", the driving one the use cases too") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String own = House.room(type);
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    String room = House.room(target);
                    boolean open = !House.isOurs(target)
                            || room.equals(own)
                            || OPEN_TO_ADAPTERS.contains(room)
                            || (own.equals("http") && room.equals("application"));
                    if (!open) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }

    /** A library is told by the first two names of its packages. */
    private static ArchCondition<JavaClass> shareNoLibrary() {
        return new ArchCondition<>("use no library that another room uses, but for " + SHARED) {
            private final Map<String, Set<String>> roomsOfLibraries = new TreeMap<>();

            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    String[] names = dependency
                            .getTargetClass()
                            .getBaseComponentType()
                            .getPackageName()
                            .split("\\.", -1);
                    if (names.length > 1 && !names[0].equals("java")) {
                        String library = names[0] + "." + names[1];
                        if (!library.equals("org.armlib") && !SHARED.contains(library)) {
                            roomsOfLibraries
                                    .computeIfAbsent(library, l -> new TreeSet<>())
                                    .add(House.room(type));
                        }
                    }
                }
            }

            @Override
            public void finish(ConditionEvents events) {
                roomsOfLibraries.forEach((library, rooms) -> {
                    if (rooms.size() > 1) {
                        events.add(SimpleConditionEvent.violated(library, library + " is used in " + rooms));
                    }
                });
            }
        };
    }

    /** What modules of one adapter share among themselves, and nobody else is meant to use. */
    private static final Set<String> SHARED_AMONG_MODULES = Set.of("org.armlib.aws.client");

    /** What others can call: public types whose outer types are public too. The contracts are made of test libraries. */
    private static boolean isApi(JavaClass type) {
        return House.isOurs(type)
                && !Set.of("tck", "bootstrap").contains(House.room(type))
                && !SHARED_AMONG_MODULES.contains(type.getPackageName())
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(LayersTest::isApi).orElse(true);
    }

    private static boolean isWiring(JavaClass type) {
        String name = House.outermost(type).getSimpleName();
        return Set.of("bootstrap", "spi").contains(House.room(type))
                || name.endsWith("Module")
                || name.endsWith("Provider");
    }

    private static ArchCondition<JavaClass> showNoLibrary() {
        return new ArchCondition<>("show types of the JDK and of the house alone") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getSuperclass().ifPresent(shown -> check(type, type.getName(), shown, events));
                type.getInterfaces().forEach(shown -> check(type, type.getName(), shown, events));
                for (JavaMember member : type.getMembers()) {
                    if (!member.getModifiers().contains(JavaModifier.PUBLIC)
                            && !member.getModifiers().contains(JavaModifier.PROTECTED)) {
                        continue;
                    }
                    if (member instanceof JavaField field) {
                        check(type, member.getFullName(), field.getType(), events);
                    } else if (member instanceof JavaCodeUnit unit) {
                        check(type, member.getFullName(), unit.getReturnType(), events);
                        unit.getParameterTypes().forEach(shown -> check(type, member.getFullName(), shown, events));
                        unit.getThrowsClause()
                                .getTypes()
                                .forEach(shown -> check(type, member.getFullName(), shown, events));
                    }
                }
            }

            private void check(JavaClass owner, String where, JavaType shown, ConditionEvents events) {
                for (JavaClass raw : shown.getAllInvolvedRawTypes()) {
                    String packageName = raw.getBaseComponentType().getPackageName();
                    boolean ours = packageName.isEmpty()
                            || packageName.startsWith("java.")
                            || packageName.equals("javax.sql")
                            // What javax.sql is to a data source, this is to a servlet: how its container knows it.
                            || packageName.startsWith("jakarta.servlet")
                            // And to what is measured, how the program's own measurements know it.
                            || packageName.startsWith("io.micrometer.core.instrument")
                            // And this to a program's tracing: it brings the instance, and the SDK behind it.
                            || packageName.equals("io.opentelemetry.api")
                            || House.isOurs(raw);
                    boolean wiring = isWiring(owner) && packageName.startsWith("com.google.inject");
                    if (!ours && !wiring) {
                        events.add(SimpleConditionEvent.violated(owner, where + " shows " + raw.getName()));
                    }
                }
            }
        };
    }
}
