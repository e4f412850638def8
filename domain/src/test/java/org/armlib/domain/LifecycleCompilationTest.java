package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The compiler itself says which transitions a state has. */
class LifecycleCompilationTest {
    private static final List<String> UNDER_A_LEASE = List.of(
            "complete(lease, now)",
            "fail(lease, failure, policy, 0, now)",
            "release(lease, now)",
            "renew(lease, duration, now)",
            "progress(lease, progress)",
            "takeOver(worker, token, policy, now)");
    private static final String LEASE = "lease(lease.key(), lease.submission(), worker, token, duration, now)";
    private static final String CANCEL = "cancel(now)";

    @TestFactory
    Stream<DynamicTest> a_state_has_the_transitions_of_the_diagram() {
        return Stream.of(
                        Stream.of("pending." + LEASE, "pending." + CANCEL, "running." + CANCEL),
                        UNDER_A_LEASE.stream().map("running."::concat))
                .flatMap(transitions -> transitions)
                .map(call -> DynamicTest.dynamicTest(
                        call, () -> assertThat(errors(inMethod(call))).isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> a_transition_that_a_state_has_not_does_not_compile() {
        List<String> calls = new ArrayList<>(List.of("running." + LEASE));
        UNDER_A_LEASE.forEach(call -> calls.add("pending." + call));
        for (String finished : List.of("completed.", "failed.", "cancelled.")) {
            UNDER_A_LEASE.forEach(call -> calls.add(finished + call));
            calls.add(finished + LEASE);
            calls.add(finished + CANCEL);
        }
        return calls.stream()
                .map(call -> DynamicTest.dynamicTest(
                        call,
                        () -> assertThat(errors(inMethod(call)))
                                .singleElement()
                                .asString()
                                // Running has an accessor named lease.
                                .startsWith(
                                        call.startsWith("running.")
                                                ? "compiler.err.cant.apply"
                                                : "compiler.err.cant.resolve")));
    }

    @Test
    void nobody_adds_a_state() {
        assertThat(errors("record Paused(int attempts, long fence) implements RequestState.Live {"
                        + " public Phase phase() { return Phase.PENDING; } }"))
                .singleElement()
                .asString()
                .startsWith("compiler.err.cant.inherit.from.sealed");
    }

    private static String inMethod(String call) {
        return "class Snippet { Object call(Pending pending, InProgress running, Completed completed, Failed failed,"
                + " Cancelled cancelled, Lease lease, Failure failure, Progress progress, RetryPolicy policy,"
                + " WorkerId worker, java.util.UUID token, java.time.Duration duration, java.time.Instant now) {"
                + " return " + call + "; } }";
    }

    /** The codes of the errors that javac has for a type declared beside callers of the domain. */
    private static List<String> errors(String declaration) {
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return "package caller; import org.armlib.domain.*; " + declaration;
                    }
                };
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        String classPath = Stream.of(RequestState.class, NullMarked.class)
                .map(LifecycleCompilationTest::location)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> options = List.of("-proc:none", "-classpath", classPath);
        JavacTask task = (JavacTask) compiler.getTask(new StringWriter(), null, found, options, null, List.of(source));
        try {
            task.analyze();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getCode())
                .toList();
    }

    private static String location(Class<?> type) {
        try {
            return new File(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getPath();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
