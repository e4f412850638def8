package org.armlib.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** How adapters present themselves. */
class PortsTest {
    private static final String SERVICE = "org.armlib.spi.AdapterProvider";

    private static final Map<String, String> ENDINGS = Map.of(
            "QueueManager", "QueueManager",
            "CacheManager", "CacheManager",
            "RequestManager", "RequestManager",
            // That it is requests which are processed goes without saying.
            "RequestProcessor", "Processor");

    @TestFactory
    Stream<DynamicTest> rule_09_an_implementation_of_a_port_ends_in_its_name() {
        return Rule.that(classes()
                        .that(describe("belong to adapters and use cases and have a name", PortsTest::isNamedWorker))
                        .should(endInTheNameOfTheirPort()))
                .brokenBy(
                        "org.armlib.one.QueueImpl is a QueueManager and is not named so",
                        Snippet.in(
                                "org.armlib.one",
                                "abstract class QueueImpl implements org.armlib.ports.QueueManager {}"))
                .brokenBy(
                        "org.armlib.one.Gateway is a RequestProcessor and is not named so",
                        Snippet.in(
                                "org.armlib.one",
                                "class Gateway implements org.armlib.ports.RequestProcessor {"
                                        + " public void process(org.armlib.ports.Job job) {} }"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_09_every_provider_is_registered() {
        return Rule.that(classes()
                        .that(describe(
                                "are providers of adapters",
                                type -> type.isAssignableTo(SERVICE)
                                        && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                                        && !Set.of("tck", "bootstrap").contains(House.room(type))))
                        .should(beRegistered()))
                .brokenBy(
                        "org.armlib.one.PlantedProvider is not in META-INF/services/" + SERVICE,
                        Snippet.in("org.armlib.one", """
                                public class PlantedProvider implements org.armlib.spi.AdapterProvider {
                                    public org.armlib.spi.PortType port() { return org.armlib.spi.PortType.QUEUE; }
                                    public String name() { return "planted"; }
                                    public java.util.List<org.armlib.spi.Setting<?>> settings() { return java.util.List.of(); }
                                    public com.google.inject.Module module(org.armlib.spi.Settings s) { return null; }
                                }
                                """))
                .tests();
    }

    private static boolean isNamedWorker(JavaClass type) {
        return (House.isAdapter(type) || House.room(type).equals("application"))
                && !type.getSimpleName().isEmpty();
    }

    private static ArchCondition<JavaClass> endInTheNameOfTheirPort() {
        return new ArchCondition<>("end in the name of their port") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                ENDINGS.forEach((port, ending) -> {
                    if (type.isAssignableTo("org.armlib.ports." + port)
                            && !type.getSimpleName().endsWith(ending)) {
                        events.add(SimpleConditionEvent.violated(
                                type, type.getName() + " is a " + port + " and is not named so"));
                    }
                });
            }
        };
    }

    private static ArchCondition<JavaClass> beRegistered() {
        Set<String> registered = registeredNames();
        return new ArchCondition<>("be registered") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!registered.contains(type.getName())) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " is not in META-INF/services/" + SERVICE));
                }
            }
        };
    }

    private static Set<String> registeredNames() {
        Set<String> names = new TreeSet<>();
        try {
            for (URL url :
                    Collections.list(PortsTest.class.getClassLoader().getResources("META-INF/services/" + SERVICE))) {
                try (InputStream in = url.openStream()) {
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> line.replaceFirst("#.*", "").strip())
                            .filter(line -> !line.isEmpty())
                            .forEach(names::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
