package org.armlib.bootstrap.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.FormatName;
import org.armlib.domain.RequestKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. Exit status: 0 done, 1 failed, 2 wrong usage; 130 if Ctrl-C ended it, 143 if SIGTERM did. */
@Command(
        name = "armlib",
        description = "A batch mode for HTTP APIs: a request queue, its status, and a cache of results.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "130:ended by Ctrl-C", "143:ended by SIGTERM"})
public final class Main {
    private static final Path DEFAULT_CONFIG = Path.of("app.conf");

    private final Printer printer;
    private final Map<String, String> environment;
    private final Clock clock = Clock.systemUTC();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The configuration (default: app.conf in the working directory).")
    private @Nullable Path config;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where in the program an error comes from.")
    private boolean stacktrace;

    @SuppressWarnings("unused") // Read in main, because logging is set up before the arguments are parsed.
    @Option(names = Logging.VERBOSE, scope = ScopeType.INHERIT, description = "Log what is done to standard error.")
    private boolean verbose;

    private Main(Printer printer, Map<String, String> environment) {
        this.printer = printer;
        this.environment = environment;
    }

    /** Runs the command that {@code args} name, and ends the process. */
    public static void main(String[] args) {
        Printer printer = Printer.standard();
        try {
            Logging.setUp(System.getenv(), Arrays.asList(args));
        } catch (UsageException e) {
            printer.error(String.valueOf(e.getMessage()));
            System.exit(ExitCode.USAGE);
        }
        System.exit(run(printer, System.getenv(), args));
    }

    /** Runs a command and returns its exit status. */
    static int run(Printer printer, String... args) {
        return run(printer, Map.of(), args);
    }

    /** Runs a command with the variables of {@code environment}, and returns its exit status. */
    static int run(Printer printer, Map<String, String> environment, String... args) {
        int status = commandLine(new Main(printer, environment)).execute(args);
        Optional<String> lost = printer.lost();
        lost.ifPresent(reason -> printer.error("cannot write to standard output: " + reason));
        return lost.isPresent() && status == ExitCode.OK ? ExitCode.SOFTWARE : status;
    }

    /** Every subcommand has its line here. */
    private static CommandLine commandLine(Main main) {
        return new CommandLine(main)
                .addSubcommand(new DemoCommand(main))
                .addSubcommand(new RunCommand(main))
                .addSubcommand(new ServeCommand(main))
                .addSubcommand(new SubmitCommand(main))
                .addSubcommand(new StatusCommand(main))
                .addSubcommand(new QueueCommand(main))
                .addSubcommand(new ResultCommand(main))
                .addSubcommand(new CancelCommand(main))
                .addSubcommand(new ResubmitCommand(main))
                .addSubcommand(new SuspendCommand(main))
                .addSubcommand(new ResumeCommand(main))
                .addSubcommand(new PruneCommand(main))
                .addSubcommand(CacheCommand.commandLine(main))
                .addSubcommand(ConfigCommand.commandLine(main))
                .addSubcommand(new AdaptersCommand(main))
                .addSubcommand(new SchemaCommand(main))
                .addSubcommand(new CostCommand(main))
                .addSubcommand(new CompletionCommand(main))
                .addSubcommand(new HelpCommand())
                .registerConverter(RequestKey.class, Arguments::key)
                .registerConverter(FormatName.class, Arguments::format)
                .registerConverter(Duration.class, Arguments::duration)
                .setOut(main.printer.out())
                .setErr(main.printer.err())
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(main::refused)
                .setExecutionExceptionHandler(main::failed);
    }

    Printer printer() {
        return printer;
    }

    /**
     * The configuration that was asked for.
     *
     * @throws UsageException if it was asked for in so many words, and is not there
     */
    Path config() {
        return config == null ? DEFAULT_CONFIG : Arguments.existing(config);
    }

    /**
     * The configuration at {@code file}, or the one of {@code --config} if that is null.
     *
     * @throws UsageException if both are given, or the file does not exist
     */
    Path config(@Nullable Path file) {
        if (file != null && config != null) {
            throw new UsageException(file + " and --config " + config + " are two configurations; give one of them");
        }
        return file == null ? config() : Arguments.existing(file);
    }

    /** Whether a configuration was asked for in so many words. */
    boolean hasConfig() {
        return config != null;
    }

    /** What the environment has under a name, if it is not empty. */
    Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    Clock clock() {
        return clock;
    }

    private int refused(ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        printer.error(String.valueOf(problem.getMessage()));
        UnmatchedArgumentException.printSuggestions(problem, printer.err());
        printer.error("Try '" + command.getCommandSpec().qualifiedName() + " --help' for more.");
        return ExitCode.USAGE;
    }

    private int failed(Exception problem, CommandLine command, ParseResult arguments) {
        // Anything but an ArmlibException is a bug, for which the message alone would not do.
        if (stacktrace || !(problem instanceof ArmlibException)) {
            printer.stackTrace(problem);
        } else {
            printer.error(String.valueOf(problem.getMessage()));
        }
        return problem instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"armlib " + (version == null ? "(not built as a jar)" : version)};
        }
    }
}
