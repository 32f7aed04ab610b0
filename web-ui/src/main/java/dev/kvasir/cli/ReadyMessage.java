package dev.kvasir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Tells the local owner where the server is and how to sign in. */
final class ReadyMessage {

    private ReadyMessage() {}

    /** Prints the address and a one-time link, and keeps the link in a file that only the owner reads. */
    static void print(Server server, KvasirHome home) {
        String link = server.signInLink();
        keep(home.folder().resolve("sign-in-link"), link + "\n");
        System.out.println("Kvasir is ready: " + server.address());
        System.out.println("Sign in once, within 30 minutes: " + link);
        System.out.flush();
    }

    static void keep(Path file, String content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path draft = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    ".",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, content);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new CommandFailedException(
                    ExitCode.OUR_FAULT, "Cannot write " + file + ": " + failed.getMessage(), failed);
        }
    }
}
