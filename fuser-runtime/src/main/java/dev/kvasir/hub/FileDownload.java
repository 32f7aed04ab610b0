package dev.kvasir.hub;

import dev.kvasir.model.ModelStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fetches one file into a folder; goes on where an earlier try broke off, if the content is still the same. */
final class FileDownload {

    /** Of a file of weights. */
    static final long MAX_WEIGHTS = 20_000_000_000L;

    /** Of everything else; a tokenizer with a million tokens has some 40 MB. */
    static final long MAX_SMALL = 200_000_000;

    private static final String SHA256 = "[0-9a-f]{64}";

    private final HubClient client;
    private final HubSettings settings;
    private final HubReference reference;
    private final String commit;
    private final PullWatch watch;
    private final long maxBytes;

    FileDownload(Source source, HubSettings settings, PullWatch watch, long maxBytes) {
        this.client = source.client();
        this.settings = settings;
        this.reference = source.reference();
        this.commit = source.commit();
        this.watch = watch;
        this.maxBytes = maxBytes;
    }

    /** Where files come from: a repository at a commit. */
    record Source(HubClient client, HubReference reference, String commit) {}

    /**
     * Fetches a file whole, and checks it.
     *
     * @param parts where unfinished files lie
     * @param folder where the finished file shall lie, under the last part of its path
     * @throws HubException if it cannot be had, or is not what the hub said it would be
     */
    void fetch(HubFile file, Path parts, Path folder) {
        Path target = folder.resolve(file.name());
        PartFile part = new PartFile(parts, file.name());
        new Persistence(settings, watch).until(() -> once(file, part, target), part::bytes);
    }

    private Path once(HubFile file, PartFile part, Path target) throws IOException {
        HubAnswer head = client.head(reference, commit, file);
        long size = agreedSize(file, head);
        if (Files.isRegularFile(target) && part.isOf(head.etag()) && isRight(file, head, target)) {
            watch.reached(file, Files.size(target), Files.size(target));
            return target;
        }
        if (part.bytes() > 0 && !part.isOf(head.etag())) {
            watch.says("%s has changed at the hub since its download began; it starts again.".formatted(file.path()));
        }
        if (!part.isOf(head.etag()) || (size >= 0 && part.bytes() > size)) {
            part.beginAnew(head.etag());
        }
        boolean resumed = part.bytes() > 0;
        if (size < 0 || part.bytes() < size || size == 0) {
            transfer(file, head, part, size);
        }
        requireWhole(file, part, size);
        requireRight(file, head, part, resumed);
        part.finish(target);
        return target;
    }

    /** @return −1 if nobody says */
    private long agreedSize(HubFile file, HubAnswer head) {
        if (!head.commit().isEmpty()
                && commit.matches("[0-9a-f]{40}")
                && !head.commit().equals(commit)) {
            throw refused("The hub sends %s of commit %s, not of %s.".formatted(file.path(), head.commit(), commit));
        }
        if (file.bytes() >= 0 && head.size() >= 0 && file.bytes() != head.size()) {
            throw refused("The hub lists %s with %d bytes, but announces %d."
                    .formatted(file.path(), file.bytes(), head.size()));
        }
        long size = Math.max(file.bytes(), head.size());
        if (size > maxBytes) {
            throw refused("%s has %d bytes; at most %d are fetched.".formatted(file.path(), size, maxBytes));
        }
        return size;
    }

    private void transfer(HubFile file, HubAnswer head, PartFile part, long size) throws IOException {
        long from = part.bytes();
        HubAnswer answer = client.get(reference, commit, file, from);
        try (InputStream body = answer.body()) {
            if (answer.status() == HubRefusal.BEYOND_THE_END || (answer.isPartial() && !answer.continuesAt(from))) {
                part.discard();
                throw new IOException("the hub could not go on at byte " + from);
            }
            if (answer.isOk() && from > 0) {
                part.beginAnew(head.etag());
            }
            long announced = answer.length() < 0 ? -1 : part.bytes() + answer.length();
            if (size >= 0 && announced >= 0 && announced != size) {
                throw refused("The hub lists %s with %d bytes, but sends %d.".formatted(file.path(), size, announced));
            }
            long limit = size >= 0 ? size : maxBytes;
            if (!part.append(body, limit, settings.patience().silence(), done -> watch.reached(file, done, size))) {
                part.discard();
                throw refused("The hub sends more of %s than its %d bytes.".formatted(file.path(), limit));
            }
        }
    }

    private static void requireWhole(HubFile file, PartFile part, long size) throws IOException {
        if (size >= 0 && part.bytes() < size) {
            throw new IOException("%s ended after %d of %d bytes".formatted(file.path(), part.bytes(), size));
        }
    }

    private void requireRight(HubFile file, HubAnswer head, PartFile part, boolean resumed) throws IOException {
        if (!Files.exists(part.path())) {
            Files.createFile(part.path());
        }
        if (isRight(file, head, part.path())) {
            return;
        }
        String found = ModelStore.digest(part.path());
        part.discard();
        if (resumed) {
            throw new IOException("%s was put together from two tries and is wrong".formatted(file.path()));
        }
        throw refused("%s arrived with SHA-256 %s, but the hub says %s; it was deleted. Run the command again."
                .formatted(file.path(), found, expected(file, head)));
    }

    private static boolean isRight(HubFile file, HubAnswer head, Path path) {
        String expected = expected(file, head);
        return expected.isEmpty() || ModelStore.digest(path).equals(expected);
    }

    /** The hub's sum: from its list, or as a large file's name for its content; empty if it gives none. */
    private static String expected(HubFile file, HubAnswer head) {
        if (!file.sha256().isEmpty()) {
            return file.sha256();
        }
        return head.etag().matches(SHA256) ? head.etag() : "";
    }

    private static HubException refused(String sentence) {
        return new HubException(HubFault.REFUSED, sentence);
    }
}
