package org.armlib.bootstrap.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.armlib.spi.PortType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command works on: the backends of the configuration, or a server. */
final class TargetOptions {
    static final String SERVER = "ARMLIB_SERVER";
    static final String TOKEN = "ARMLIB_TOKEN";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = {
                "Ask a running server in place of the backends in the configuration, such as http://127.0.0.1:8080"
                        + " (default: what " + SERVER + " in the environment says, unless --config is given)."
            })
    private @Nullable String server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The file that holds the server's token (default: the token itself in the environment's "
                    + TOKEN + ").")
    private @Nullable Path tokenFile;

    /**
     * Opens it.
     *
     * @param used the ports whose content matters to the command
     */
    Target open(Main main, List<PortType> used) {
        Optional<URI> asked = server(main);
        return asked.isPresent() ? ServerTarget.at(asked.get(), token(main)) : LocalTarget.open(main, used);
    }

    private Optional<URI> server(Main main) {
        if (server != null && main.hasConfig()) {
            throw new UsageException("--server asks a server, --config the backends; give one of them");
        }
        Optional<String> named = Optional.ofNullable(server);
        if (named.isPresent()) {
            return named.map(text -> uri(text).orElseThrow(() -> ServerCalls.noAddress(text)));
        }
        return main.hasConfig() ? Optional.empty() : main.environment(SERVER).map(TargetOptions::fromEnvironment);
    }

    private static URI fromEnvironment(String text) {
        return uri(text)
                .orElseThrow(() -> new UsageException(
                        SERVER + " in the environment is '" + Shown.line(text) + "', which is no URL"));
    }

    private Optional<String> token(Main main) {
        if (tokenFile == null) {
            return main.environment(TOKEN);
        }
        try {
            return Optional.of(Files.readString(tokenFile).strip());
        } catch (IOException e) {
            throw new UsageException(tokenFile + ": the token cannot be read: " + Shown.reason(e));
        }
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
