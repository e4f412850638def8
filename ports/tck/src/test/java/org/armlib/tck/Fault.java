package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** An implementation that breaks a rule, and the tests that must find it out. */
record Fault(Class<?> broken, List<String> tests) {
    private static final int TRIES = 5;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    Fault(Class<?> broken, String... tests) {
        this(broken, List.of(tests));
    }

    /** Runs each test against the broken implementation, and demands that it fails. */
    static Stream<DynamicTest> mustBeFound(Fault... faults) {
        return Arrays.stream(faults).flatMap(fault -> fault.tests().stream().map(fault::mustFail));
    }

    private DynamicTest mustFail(String test) {
        return DynamicTest.dynamicTest(broken.getSimpleName() + " is found by " + test, () -> {
            // A test that looks for a race may miss it where the machine is busy.
            long deadline = System.nanoTime() + LIMIT.toNanos();
            for (int i = 0; i < TRIES || System.nanoTime() < deadline; i++) {
                EngineExecutionResults results = execute(test);
                assertThat(results.testEvents().started().count())
                        .as("tests of that name")
                        .isEqualTo(1);
                if (results.testEvents().failed().count() == 1) {
                    return;
                }
            }
            fail(test + " passes though the implementation is broken: " + broken.getSimpleName());
        });
    }

    private EngineExecutionResults execute(String test) {
        System.setProperty(Patience.SHORTENED, "true");
        try {
            return EngineTestKit.engine("junit-jupiter")
                    .selectors(selectMethod(broken, test))
                    .execute();
        } finally {
            System.clearProperty(Patience.SHORTENED);
        }
    }
}
