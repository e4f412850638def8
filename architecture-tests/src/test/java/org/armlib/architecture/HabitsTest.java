package org.armlib.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What no code of the house does. */
class HabitsTest {
    private static final String PRINTER = "org.armlib.bootstrap.cli.Printer";
    private static final Set<String> MAINS = Set.of("org.armlib.bootstrap.Main", "org.armlib.bootstrap.cli.Main");

    private static final Set<Class<?>> GENERIC_EXCEPTIONS = Set.of(
            Throwable.class,
            Exception.class,
            Error.class,
            RuntimeException.class,
            IllegalStateException.class,
            IllegalArgumentException.class,
            NullPointerException.class);

    /** Composes a whole system out of a queue and a cache, as bootstrap does, but for the contracts. */
    private static final String SYSTEM_UNDER_TEST = "org.armlib.tck.ApplicationHouse";

    /** Compares the HTTP dates of an upstream that sends no date of its own, which no queue's clock can tell. */
    private static final String READS_DATES_OF_OTHERS = "org.armlib.http.gateway.GatewayProcessor";

    @TestFactory
    Stream<DynamicTest> rule_10_no_field_is_injected() {
        return Rule.that(noFields()
                        .should()
                        .beAnnotatedWith("jakarta.inject.Inject")
                        .orShould()
                        .beAnnotatedWith("com.google.inject.Inject"))
                .brokenBy(
                        "Planted.clock",
                        Snippet.in(
                                "org.armlib.one", "class Planted { @com.google.inject.Inject java.time.Clock clock; }"))
                .brokenBy(
                        "Planted.clock",
                        Snippet.in("org.armlib.one", "class Planted { @jakarta.inject.Inject java.time.Clock clock; }"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_10_only_the_printer_of_the_command_line_prints() {
        return Rule.that(classes()
                        .that(describe(
                                "are not the printer",
                                type -> !House.outermost(type).getName().equals(PRINTER)))
                        .should(notAccess(
                                "print",
                                access -> isMember(access, System.class, "out", "err")
                                        || isMember(access, Throwable.class, "printStackTrace"))))
                .brokenBy(
                        "java.lang.System.out",
                        Snippet.in("org.armlib.one", "class Planted { void say() { System.out.println(); } }"))
                .brokenBy(
                        "java.lang.System.err",
                        Snippet.in(
                                "org.armlib.bootstrap.cli", "class Planted { java.io.PrintStream err = System.err; }"))
                .brokenBy(
                        "printStackTrace()",
                        Snippet.in(
                                "org.armlib.one", "class Planted { void say(Exception e) { e.printStackTrace(); } }"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_10_only_main_ends_the_process() {
        return Rule.that(classes()
                        .that(describe(
                                "are not main",
                                type -> !MAINS.contains(House.outermost(type).getName())))
                        .should(notAccess(
                                "end the process",
                                access -> isMember(access, System.class, "exit")
                                        || isMember(access, Runtime.class, "exit", "halt"))))
                .brokenBy(
                        "java.lang.System.exit(int)",
                        Snippet.in("org.armlib.bootstrap", "class Planted { void end() { System.exit(1); } }"))
                .brokenBy(
                        "java.lang.Runtime.halt(int)",
                        Snippet.in("org.armlib.one", "class Planted { void end() { Runtime.getRuntime().halt(1); } }"))
                .brokenBy(
                        "java.lang.System.exit(int)",
                        Snippet.in(
                                "org.armlib.one",
                                "class Planted { java.util.function.IntConsumer end = System::exit; }"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_10_statics_do_not_change() {
        return Rule.that(classes().should(haveNoMutableStatics()))
                .brokenBy(
                        "Planted.count is not final",
                        Snippet.in("org.armlib.one", "class Planted { static int count; }"))
                .brokenBy(
                        "Planted.SEEN has the mutable type java.util.HashMap",
                        Snippet.in(
                                "org.armlib.one",
                                "class Planted { static final java.util.HashMap<String, String> SEEN = null; }"))
                .brokenBy(
                        "Planted.COUNT has the mutable type java.util.concurrent.atomic.AtomicLong",
                        Snippet.in(
                                "org.armlib.one",
                                "class Planted { static final java.util.concurrent.atomic.AtomicLong COUNT = null; }"))
                .brokenBy(
                        "Planted.NAMES has the mutable type [Ljava.lang.String;",
                        Snippet.in("org.armlib.one", "class Planted { static final String[] NAMES = {}; }"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_10_no_generic_exception_is_thrown() {
        return Rule.that(classes().should(notAccess("create generic exceptions", HabitsTest::createsGenericException)))
                .brokenBy(
                        "java.lang.RuntimeException.<init>",
                        Snippet.in("org.armlib.one", "class Planted { void fail() { throw new RuntimeException(); } }"))
                .brokenBy(
                        "java.lang.IllegalStateException.<init>",
                        Snippet.in(
                                "org.armlib.one",
                                "class Planted { java.util.function.Supplier<RuntimeException> s ="
                                        + " IllegalStateException::new; }"))
                .brokenBy(
                        "java.lang.IllegalArgumentException.<init>",
                        Snippet.in(
                                "org.armlib.domain",
                                "class Planted { Planted(int i) { throw new IllegalArgumentException(\"i\"); } }"))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> rule_10_nothing_is_serialised_by_java() {
        return Rule.that(classes().should(notBeSerialised()))
                .brokenBy(
                        "Planted implements java.io.Serializable",
                        Snippet.in("org.armlib.one", "record Planted(int i) implements java.io.Serializable {}"))
                .brokenBy(
                        "java.io.ObjectInputStream",
                        Snippet.in(
                                "org.armlib.one",
                                "class Planted { Object read(java.io.InputStream in) throws Exception {"
                                        + " return new java.io.ObjectInputStream(in).readObject(); } }"))
                .tests();
    }

    /**
     * Measuring a wait is no time of day: {@link System#nanoTime} is allowed, but for the domain, which waits for nothing.
     */
    @TestFactory
    Stream<DynamicTest> rule_11_outside_bootstrap_there_is_no_wall_clock() {
        return Rule.that(classes()
                        .that(describe(
                                "are outside bootstrap",
                                type -> !House.room(type).equals("bootstrap")
                                        && !House.outermost(type).getName().equals(SYSTEM_UNDER_TEST)
                                        && !type.getName().equals(READS_DATES_OF_OTHERS)))
                        .should(notAccess("look at the wall clock", HabitsTest::looksAtTheWallClock)))
                .brokenBy(
                        "java.time.Instant.now()",
                        Snippet.in(
                                "org.armlib.one", "class Planted { Object now() { return java.time.Instant.now(); } }"))
                .brokenBy(
                        "java.time.Instant.now()",
                        Snippet.in(
                                "org.armlib.one",
                                "class Planted { java.util.function.Supplier<?> now = java.time.Instant::now; }"))
                .brokenBy(
                        "java.time.LocalDate.now(java.time.ZoneId)",
                        Snippet.in(
                                "org.armlib.http",
                                "class Planted { Object today(java.time.ZoneId z) { return java.time.LocalDate.now(z); } }"))
                .brokenBy(
                        "java.time.Clock.systemUTC()",
                        Snippet.in("org.armlib.one", "class Planted { Object clock = java.time.Clock.systemUTC(); }"))
                .brokenBy(
                        "java.lang.System.currentTimeMillis()",
                        Snippet.in(
                                "org.armlib.tck",
                                "class Planted { long now() { return System.currentTimeMillis(); } }"))
                .brokenBy(
                        "java.util.Date.<init>()",
                        Snippet.in("org.armlib.one", "class Planted { Object now() { return new java.util.Date(); } }"))
                .brokenBy(
                        "java.lang.System.nanoTime()",
                        Snippet.in("org.armlib.domain", "class Planted { long now() { return System.nanoTime(); } }"))
                .tests();
    }

    private static boolean looksAtTheWallClock(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        boolean injected = access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget unit
                && unit.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
        boolean now = target.getOwner().getPackageName().equals("java.time")
                && target.getName().equals("now")
                && !injected;
        boolean clock = (target.getOwner().isEquivalentTo(Clock.class)
                        || target.getOwner().isEquivalentTo(InstantSource.class))
                && (target.getName().startsWith("system") || (target.getName().startsWith("tick") && !injected));
        boolean date = isMember(access, Date.class, "<init>")
                && access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget unit
                && unit.getRawParameterTypes().isEmpty();
        boolean measured = isMember(access, System.class, "nanoTime")
                && House.room(access.getOriginOwner()).equals("domain");
        return now
                || clock
                || date
                || measured
                || isMember(access, Calendar.class, "getInstance")
                || isMember(access, System.class, "currentTimeMillis");
    }

    private static boolean createsGenericException(JavaAccess<?> access) {
        // The constructor of a subclass calls the constructor of its class and creates nothing of it.
        boolean subclass = access.getOrigin().getName().equals("<init>")
                && access.getOriginOwner()
                        .getRawSuperclass()
                        .filter(access.getTargetOwner()::equals)
                        .isPresent();
        return access.getTarget().getName().equals("<init>")
                && GENERIC_EXCEPTIONS.stream().anyMatch(access.getTargetOwner()::isEquivalentTo)
                && !subclass;
    }

    private static boolean isMember(JavaAccess<?> access, Class<?> owner, String... names) {
        return access.getTargetOwner().isAssignableTo(owner)
                && Set.of(names).contains(access.getTarget().getName());
    }

    private static ArchCondition<JavaClass> notAccess(String what, Predicate<JavaAccess<?>> forbidden) {
        return new ArchCondition<>("not " + what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (forbidden.test(access)) {
                        events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> haveNoMutableStatics() {
        return new ArchCondition<>("have no mutable statics") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaField field : type.getFields()) {
                    Set<JavaModifier> modifiers = field.getModifiers();
                    if (!modifiers.contains(JavaModifier.STATIC) || modifiers.contains(JavaModifier.SYNTHETIC)) {
                        continue;
                    }
                    if (!modifiers.contains(JavaModifier.FINAL)) {
                        events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is not final"));
                    } else if (isMutable(field)) {
                        events.add(SimpleConditionEvent.violated(
                                field,
                                field.getFullName() + " has the mutable type "
                                        + field.getRawType().getName()));
                    }
                }
            }
        };
    }

    /** Arrays that are private may be constants; so may what is declared as List, Set or Map. */
    private static boolean isMutable(JavaField field) {
        JavaClass type = field.getRawType();
        boolean collection =
                (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class)) && !type.isInterface();
        return collection
                || type.isAssignableTo(Lock.class)
                || type.isAssignableTo(Random.class)
                || type.isAssignableTo(ThreadLocal.class)
                || type.isAssignableTo(StringBuilder.class)
                || (type.getPackageName().startsWith("java.util.concurrent") && !type.isEnum())
                || (type.isArray() && !field.getModifiers().contains(JavaModifier.PRIVATE));
    }

    private static ArchCondition<JavaClass> notBeSerialised() {
        return new ArchCondition<>("not be serialised by Java") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getRawInterfaces().stream()
                        .filter(implemented -> implemented.isAssignableTo(Serializable.class))
                        .forEach(implemented -> events.add(SimpleConditionEvent.violated(
                                type, type.getName() + " implements " + implemented.getName())));
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> dependency.getTargetClass().isAssignableTo(ObjectInput.class)
                                || dependency.getTargetClass().isAssignableTo(ObjectOutput.class))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
            }
        };
    }
}
