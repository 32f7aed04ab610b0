package dev.kvasir.cli;

import dev.kvasir.cli.UpCommand.LocalInstallation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command speaks with. Without one it starts what it needs, for as long as the command runs. */
final class ServerOptions {

    private static final String KEY = "KVASIR_API_KEY";

    @Option(names = "--server", description = "The server's address; KVASIR_API_KEY holds the key.")
    private @Nullable String server;

    /** A server to speak with; closing it ends what was started for this command. */
    record Connection(ApiClient client, Optional<LocalInstallation> started) implements AutoCloseable {

        @Override
        public void close() {
            started.ifPresent(LocalInstallation::close);
        }
    }

    Connection connect(Output output) {
        KvasirHome home = KvasirHome.locate();
        if (server != null) {
            return new Connection(new ApiClient(server, keyFor(server)), Optional.empty());
        }
        Optional<Connection> running = running(home);
        if (running.isPresent()) {
            return running.get();
        }
        output.progress("No server is running on " + home.folder() + ": starting one for this command ...");
        LocalInstallation installation = LocalInstallation.start(home, 0);
        ApiClient client =
                new ApiClient(installation.server().address(), LocalKey.of(home).orElseThrow());
        return new Connection(client, Optional.of(installation));
    }

    private static Optional<Connection> running(KvasirHome home) {
        Optional<String> address = LocalKey.address(home);
        Optional<String> key = LocalKey.of(home);
        if (address.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        ApiClient client = new ApiClient(address.get(), key.get());
        try {
            client.get("/health/ready");
            return Optional.of(new Connection(client, Optional.empty()));
        } catch (CommandFailedException away) {
            return Optional.empty();
        }
    }

    private static String keyFor(String server) {
        String named = System.getenv(KEY);
        if (named != null && !named.isBlank()) {
            return named.strip();
        }
        KvasirHome home = KvasirHome.locate();
        return LocalKey.of(home)
                .filter(key -> LocalKey.address(home).filter(server::equals).isPresent())
                .orElseThrow(() -> new CommandFailedException(
                        ExitCode.WRONG_USAGE,
                        "No API key for " + server + ". Set " + KEY + "; make one with: kvasir keys create"));
    }
}
