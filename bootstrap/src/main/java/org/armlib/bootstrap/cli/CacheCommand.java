package org.armlib.bootstrap.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Cleared;
import org.armlib.ports.CorruptResultException;
import org.armlib.ports.Page;
import org.armlib.spi.PortType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cache}: looks after the results. */
@Command(
        name = "cache",
        description = "List, clear or verify the results in the cache.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  armlib cache ls --area persistent",
            "  armlib cache verify",
            "  armlib cache purge      # the temporary area, as happens every day by itself",
            "  armlib cache rebuilt    # the data behind the API are new: no older result is valid"
        })
final class CacheCommand {
    private static final int PAGE = 500;

    private CacheCommand() {}

    static CommandLine commandLine(Main main) {
        return new CommandLine(new CacheCommand())
                .addSubcommand(new Listing(main))
                .addSubcommand(new Clearing(main))
                .addSubcommand(new Rebuilt(main))
                .addSubcommand(new Verify(main));
    }

    /** Written as they are shown everywhere. */
    enum Area {
        temporary(CachePolicy.TEMPORARY),
        persistent(CachePolicy.STICKY);

        private final CachePolicy policy;

        Area(CachePolicy policy) {
            this.policy = policy;
        }
    }

    /** Shows every result of some areas, page after page. */
    private static void each(Target target, List<Area> areas, BiConsumer<Area, ResultView> consumer) {
        for (Area area : areas) {
            Optional<String> cursor = Optional.empty();
            do {
                Page<ResultView> page = target.results(area.policy, cursor, PAGE);
                page.items().forEach(result -> consumer.accept(area, result));
                cursor = page.next();
            } while (cursor.isPresent());
        }
    }

    private static List<Area> areas(@Nullable Area chosen) {
        return chosen == null ? List.of(Area.values()) : List.of(chosen);
    }

    @Command(
            name = "ls",
            description = "List the results, with their area, size and formats.",
            footerHeading = "%nExamples:%n",
            footer = {"  armlib cache ls", "  armlib cache ls --area persistent --json"})
    private static final class Listing extends TargetCommand {
        @Option(
                names = "--area",
                paramLabel = "AREA",
                description = "Only this one: ${COMPLETION-CANDIDATES} (default: both).")
        private @Nullable Area area;

        Listing(Main main) {
            super(main, PortType.CACHE);
        }

        @Override
        int run(Target target) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("KEY", "AREA", "PUBLISHED", "EPOCH", "SIZE", "FORMATS", "REQUEST"));
            each(target, areas(area), (where, result) -> {
                if (json()) {
                    printer().jsonLine(result.json(where.name()));
                } else {
                    rows.add(List.of(
                            result.key().value(),
                            where.name(),
                            Shown.time(result.published()),
                            String.valueOf(result.epoch()),
                            Shown.bytes(result.length()),
                            result.formatNames(),
                            Shown.line(result.request().toString())));
                }
            });
            if (rows.size() > 1) {
                printer().table(rows);
            } else if (!json()) {
                printer().error("there are no results");
            }
            return ExitCode.OK;
        }
    }

    private static int cleared(TargetCommand command, Cleared cleared) {
        if (command.json()) {
            command.printer().jsonLine(Map.of("results", cleared.items(), "bytes", cleared.bytes()));
        } else {
            command.printer()
                    .line(Shown.counted(cleared.items(), "result") + " cleared, " + Shown.bytes(cleared.bytes()));
        }
        return ExitCode.OK;
    }

    @Command(
            name = "purge",
            description = {
                "Clear the temporary area now, as happens every day at cache.temporary-clear.",
                "The results of sticky requests stay. Who reads a result reads it to the end."
            },
            footerHeading = "%nExample:%n",
            footer = "  armlib cache purge")
    private static final class Clearing extends TargetCommand {
        Clearing(Main main) {
            super(main, PortType.CACHE);
        }

        @Override
        int run(Target target) {
            return cleared(this, target.purge(Purge.ROUTINE));
        }
    }

    @Command(
            name = "rebuilt",
            description = {
                "Say that the data behind the API were rebuilt: from now on no older result is found, in either area.",
                "A request that runs at this moment ends Failed or runs again, for it may have seen the older data;"
                        + " suspend first if that matters."
            },
            footerHeading = "%nExample:%n",
            footer = "  armlib suspend && load-the-data && armlib cache rebuilt && armlib resume")
    private static final class Rebuilt extends TargetCommand {
        Rebuilt(Main main) {
            super(main, PortType.CACHE);
        }

        @Override
        int run(Target target) {
            return cleared(this, target.purge(Purge.REBUILD));
        }
    }

    @Command(
            name = "verify",
            description = {
                "Read all results, or those of the keys given, and compare them with what was published.",
                "A damaged one counts as absent from then on: submit its request again. Exit status 1 if there is any."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  armlib cache verify", "  armlib cache verify report-2024 report-2025"})
    private static final class Verify extends TargetCommand {
        @Parameters(paramLabel = "KEY", arity = "0..*", description = "Requests whose results to read (default: all).")
        private List<RequestKey> keys = List.of();

        Verify(Main main) {
            super(main, PortType.CACHE);
        }

        @Override
        int run(Target target) {
            Consumer<RequestKey> verifier = target.verifier();
            List<RequestKey> all = keys.isEmpty() ? keysOf(target) : keys;
            List<Map<String, @Nullable Object>> bad = new ArrayList<>();
            int gone = 0;
            for (RequestKey key : all) {
                try {
                    verifier.accept(key);
                } catch (CorruptResultException e) {
                    bad.add(Map.of("key", key.value(), "error", String.valueOf(e.getMessage())));
                    if (!json()) {
                        printer().line(String.valueOf(e.getMessage()));
                    }
                } catch (UnknownRequestException e) {
                    if (!keys.isEmpty()) {
                        throw e;
                    }
                    // Cleared since it was listed.
                    gone++;
                }
            }
            int read = all.size() - gone;
            if (json()) {
                printer().jsonLine(Map.of("verified", read, "damaged", bad));
            } else {
                printer().line(Shown.counted(read, "result") + " read, " + bad.size() + " damaged");
            }
            return bad.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
        }

        private static List<RequestKey> keysOf(Target target) {
            List<RequestKey> found = new ArrayList<>();
            each(target, areas(null), (area, result) -> found.add(result.key()));
            return found;
        }
    }
}
