package org.armlib.bootstrap;

import java.util.List;
import java.util.stream.Collectors;
import org.armlib.domain.ArmlibException;

/** A configuration that cannot work: every problem of it, a line each in the message. */
public final class ConfigurationException extends ArmlibException {
    private final transient List<Problem> problems;

    /** Reports {@code problems}, of which there is at least one. */
    public ConfigurationException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** The problems, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
