package org.armlib.bootstrap.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.armlib.bootstrap.Armlib;
import org.armlib.bootstrap.ConfigurationException;
import org.armlib.bootstrap.EffectiveSetting;
import org.armlib.bootstrap.OldForm;
import org.armlib.bootstrap.Problem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config}: looks at app.conf without starting anything. */
@Command(name = "config", description = "Check, show or migrate a configuration; starts nothing.")
final class ConfigCommand {
    private ConfigCommand() {}

    static CommandLine commandLine(Main main) {
        return new CommandLine(new ConfigCommand())
                .addSubcommand(new Check(main))
                .addSubcommand(new Show(main))
                .addSubcommand(new Migrate(main));
    }

    private static List<EffectiveSetting> checked(Path file) {
        return Armlib.builder().appConf(file).check();
    }

    @Command(
            name = "check",
            description = "Report everything that is wrong with a configuration.",
            footerHeading = "%nExamples:%n",
            footer = {"  armlib config check", "  armlib config check app.conf"})
    private static final class Check implements Callable<Integer> {
        private final Main main;

        @Parameters(paramLabel = "FILE", arity = "0..1", description = "The configuration, in place of --config.")
        private @Nullable Path file;

        @Option(names = "--json", description = "Print JSON: one object a line for each problem, none if all is well.")
        private boolean json;

        Check(Main main) {
            this.main = main;
        }

        @Override
        public Integer call() {
            Path checked = main.config(file);
            try {
                checked(checked);
            } catch (ConfigurationException e) {
                if (!json) {
                    throw e;
                }
                e.problems().forEach(problem -> main.printer().jsonLine(object(problem)));
                return ExitCode.SOFTWARE;
            }
            if (!json) {
                main.printer().line(checked + ": no problems");
            }
            return ExitCode.OK;
        }

        private static Map<String, @Nullable Object> object(Problem problem) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("file", problem.file());
            object.put("line", problem.line() > 0 ? problem.line() : null);
            object.put("path", problem.path().isEmpty() ? null : problem.path());
            object.put("message", problem.message());
            return object;
        }
    }

    @Command(
            name = "show",
            description = {
                "Print every setting as it takes effect, and where it was set.",
                "The output is an app.conf again; secrets are masked."
            })
    private static final class Show implements Callable<Integer> {
        private final Main main;

        @Parameters(paramLabel = "FILE", arity = "0..1", description = "The configuration, in place of --config.")
        private @Nullable Path file;

        @Option(names = "--json", description = "Write JSON.")
        private boolean json;

        Show(Main main) {
            this.main = main;
        }

        @Override
        public Integer call() {
            List<EffectiveSetting> settings = checked(main.config(file));
            if (json) {
                main.printer()
                        .json(settings.stream()
                                .map(setting -> Map.of(
                                        "path", setting.path(), "value", setting.value(), "source", setting.source()))
                                .toList());
            } else {
                main.printer()
                        .table(settings.stream()
                                .map(setting -> List.of(setting.toString(), "# " + setting.source()))
                                .toList());
            }
            return ExitCode.OK;
        }
    }

    @Command(
            name = "migrate",
            description = {
                "Print the app.conf to write in place of one of the older form, 'name = class'.",
                "What has no counterpart is kept as a comment."
            })
    private static final class Migrate implements Callable<Integer> {
        private final Main main;

        @Parameters(paramLabel = "OLD", description = "The file of the older form.")
        private Path old = Path.of("app.conf");

        Migrate(Main main) {
            this.main = main;
        }

        @Override
        public Integer call() {
            OldForm form = OldForm.read(Arguments.existing(old));
            main.printer().text(form.migrated());
            List<Integer> open = form.untranslated();
            if (!open.isEmpty()) {
                main.printer()
                        .error(old + ": " + Shown.counted(open.size(), "line")
                                + " without counterpart, printed as comments: line "
                                + open.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            }
            return ExitCode.OK;
        }
    }
}
