package dev.kvasir.cli;

import dev.kvasir.access.ApiKeys;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Scope;
import dev.kvasir.access.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/** The API key by which this machine's owner commands the server that {@code up} started; a file only the owner reads. */
final class LocalKey {

    private static final String NAME = "command line of this machine";

    private LocalKey() {}

    /** Makes a new key and ends the one that an earlier start left. */
    static void keep(Server server, KvasirHome home) {
        ApiKeys keys = server.context().getBean(ApiKeys.class);
        Caller owner = server.context().getBean(Users.class).owner();
        Path file = home.folder().resolve("api-key");
        read(file).ifPresent(old -> keys.revokeIfKnown(owner, old));
        ApiKeys.IssuedKey issued = keys.issue(owner, NAME, EnumSet.allOf(Scope.class), ApiKeys.DEFAULT_LIFE);
        ReadyMessage.keep(file, issued.key() + "\n");
        ReadyMessage.keep(home.folder().resolve("address"), server.address() + "\n");
    }

    /** The key of the server that runs on this home, if one does. */
    static Optional<String> of(KvasirHome home) {
        return read(home.folder().resolve("api-key"));
    }

    /** The address of the server that runs on this home, if one does. */
    static Optional<String> address(KvasirHome home) {
        return read(home.folder().resolve("address"));
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (IOException unreadable) {
            throw new CommandFailedException(
                    ExitCode.OUR_FAULT, "Cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
