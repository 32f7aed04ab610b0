package dev.kvasir.cli;

import dev.kvasir.cache.CacheFile;
import dev.kvasir.cache.CacheOrigin;
import dev.kvasir.cache.TenantSalt;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.ModelFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Caches as commands name them: files, and the tenant whose they are. */
final class CacheArgument {

    private CacheArgument() {}

    /**
     * Opens a cache's file.
     *
     * @throws CommandFailedException if there is none
     */
    static CacheFile open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailedException(ExitCode.NOT_FOUND, "There is no cache %s.".formatted(file));
        }
        return CacheFile.open(file);
    }

    /** What computes a model's caches here, and for whom. */
    static CacheOrigin origin(LoadedModel model, Path files, Profile profile, @Nullable Path saltFile) {
        return CacheOrigin.of(
                model, ModelFingerprint.of(files), profile.name().toLowerCase(Locale.ROOT), salt(saltFile));
    }

    private static TenantSalt salt(@Nullable Path file) {
        if (file == null) {
            return TenantSalt.NONE;
        }
        String secret = PromptSource.read(file).strip();
        if (secret.isEmpty()) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "The salt file %s is empty; put a secret into it.".formatted(file));
        }
        return new TenantSalt(secret);
    }
}
