package org.armlib.bootstrap.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.armlib.bootstrap.Adapters;
import org.armlib.bootstrap.Problem;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code adapters}: what can be named in app.conf. */
@Command(name = "adapters", description = "List the adapters on the class path, with their settings.")
final class AdaptersCommand implements Callable<Integer> {
    private final Main main;

    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    AdaptersCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        Adapters adapters = Adapters.find(AdaptersCommand.class.getClassLoader());
        if (json) {
            main.printer()
                    .json(adapters.providers().stream()
                            .map(AdaptersCommand::described)
                            .toList());
        } else {
            adapters.providers().forEach(this::list);
        }
        adapters.problems().stream().map(Problem::toString).forEach(main.printer()::error);
        return adapters.problems().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void list(AdapterProvider provider) {
        String section = provider.port().section();
        main.printer().line(section + ".adapter = " + provider.name());
        main.printer()
                .table(provider.settings().stream()
                        .map(setting -> List.of(
                                "  " + section + "." + setting.name(),
                                need(setting),
                                setting.allowed(),
                                setting.description()))
                        .toList());
        main.printer().line("");
    }

    private static String need(Setting<?> setting) {
        return setting.isRequired()
                ? "required"
                : Adapters.defaultOf(setting).map(value -> "default " + value).orElse("optional");
    }

    private static Map<String, Object> described(AdapterProvider provider) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("port", provider.port().section());
        described.put("name", provider.name());
        described.put("provider", provider.getClass().getName());
        described.put(
                "settings",
                provider.settings().stream().map(AdaptersCommand::described).toList());
        return described;
    }

    private static Map<String, Object> described(Setting<?> setting) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", setting.name());
        described.put("required", setting.isRequired());
        described.put("secret", setting.isSecret());
        described.put("allowed", setting.allowed());
        described.put("description", setting.description());
        Adapters.defaultOf(setting).ifPresent(value -> described.put("default", value));
        return described;
    }
}
