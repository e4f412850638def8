package org.armlib.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** A rule about classes, and sources that break it. */
record Rule(ArchRule rule, List<Plant> plants) {

    /** Sources that break a rule together, and a part of what the rule says of them. */
    record Plant(String complaint, List<Snippet> snippets) {}

    static Rule that(ArchRule rule) {
        return new Rule(rule.allowEmptyShould(true), List.of());
    }

    /** This rule, which {@code snippets} break; it says {@code complaint} of them. */
    Rule brokenBy(String complaint, Snippet... snippets) {
        Plant plant = new Plant(complaint, List.of(snippets));
        return new Rule(rule, Stream.concat(plants.stream(), Stream.of(plant)).toList());
    }

    /** The tests of the rule: that it holds, and that it finds each planted violation. */
    Stream<DynamicTest> tests() {
        assertThat(plants).as("planted violations of: " + rule.getDescription()).isNotEmpty();
        return Stream.concat(
                Stream.of(DynamicTest.dynamicTest("holds", () -> rule.check(House.CLASSES))),
                plants.stream()
                        .map(plant -> DynamicTest.dynamicTest("finds " + plant.complaint(), () -> {
                            JavaClasses classes = Snippet.compile(plant.snippets());
                            assertThat(String.join(
                                            "\n",
                                            rule.evaluate(classes)
                                                    .getFailureReport()
                                                    .getDetails()))
                                    .contains(plant.complaint());
                        })));
    }
}
