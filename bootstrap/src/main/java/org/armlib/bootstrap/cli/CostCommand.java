package org.armlib.bootstrap.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.armlib.bootstrap.Armlib;
import org.armlib.bootstrap.cli.CostRun.Step;
import org.armlib.domain.Phase;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.Usage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code cost}: what a request costs, measured. */
@Command(
        name = "cost",
        description = {
            "Measure what a request uses of services that are paid for by use, and what a million of them cost.",
            "Takes a few requests of its own through their lifecycle, with the adapters of the configuration, and prints"
                    + " what each step used, as the services themselves report it, priced by their lists. Needs a queue"
                    + " that is empty and that nobody else works with: name other tables and another prefix for it than"
                    + " in production. The records of the requests stay for the queue's retention; their results go."
        },
        footerHeading = "%nExample:%n",
        footer = "  armlib cost -c cost.conf --requests 50 --size 20000")
final class CostCommand implements Callable<Integer> {
    private final Main main;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "20",
            converter = WholeNumber.Samples.class,
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "1000",
            converter = WholeNumber.Bytes.class,
            description = "How long each result is (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--json", description = "Print one JSON object a line for each step.")
    private boolean json;

    CostCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws InterruptedException {
        Armlib.Builder configured = Armlib.builder().appConf(main.config()).asClient();
        try (Armlib armlib = configured.start()) {
            CostRun run = new CostRun(armlib, size);
            if (!run.isMetered()) {
                main.printer().error(main.config() + ": neither its queue nor its cache is paid for by use");
                return ExitCode.OK;
            }
            requireQuiet(armlib.queue().overview());
            for (int i = 0; i < requests; i++) {
                run.lifecycle();
            }
            if (json) {
                json(run);
            } else {
                table(run);
            }
            return ExitCode.OK;
        }
    }

    private static void requireQuiet(QueueOverview overview) {
        long live = overview.count(Phase.PENDING) + overview.count(Phase.IN_PROGRESS);
        if (overview.suspended() || live > 0 || overview.workers() > 0) {
            throw new UsageException("the queue is in use (" + Shown.counted(live, "request") + " waiting or running, "
                    + Shown.counted(overview.workers(), "worker") + (overview.suspended() ? ", suspended" : "")
                    + "); give 'cost' an app.conf that names other tables and another prefix");
        }
    }

    private void table(CostRun run) {
        List<Usage> items = run.items();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("STEP", items.stream().map(Usage::item), "$ PER MILLION"));
        for (Step step : Step.values()) {
            rows.add(row(
                    step.label(),
                    items.stream().map(item -> count(run.perRequest(step, item))),
                    dollars(run.dollarsPerMillion(step))));
        }
        rows.add(row(
                "a request",
                items.stream().map(item -> count(needed(step -> run.perRequest(step, item)))),
                dollars(BigDecimal.valueOf(
                        needed(step -> run.dollarsPerMillion(step).doubleValue())))));
        main.printer().table(rows);
        main.printer().line("");
        main.printer()
                .line("A request is submitted, leased, run, published and completed; averages of " + requests
                        + " with results of " + size + " bytes. Storage and traffic are not in it.");
        items.stream()
                .map(Usage::priceList)
                .distinct()
                .forEach(list -> main.printer().line("Prices: " + list));
    }

    private static double needed(Function<Step, Double> figure) {
        return Stream.of(Step.values())
                .filter(Step::needed)
                .mapToDouble(figure::apply)
                .sum();
    }

    private static List<String> row(String first, Stream<String> middle, String last) {
        return Stream.of(Stream.of(first), middle, Stream.of(last))
                .flatMap(part -> part)
                .toList();
    }

    private void json(CostRun run) {
        for (Step step : Step.values()) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("step", step.label());
            run.items().forEach(item -> object.put(item.item(), run.perRequest(step, item)));
            object.put("dollarsPerMillion", run.dollarsPerMillion(step));
            main.printer().jsonLine(object);
        }
    }

    private static String count(double number) {
        return BigDecimal.valueOf(number).setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    private static String dollars(BigDecimal number) {
        return number.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
}
