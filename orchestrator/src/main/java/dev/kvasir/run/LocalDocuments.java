package dev.kvasir.run;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.graph.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The files of this worker's folder that agents read. Their texts go into a model here and nowhere else: no fault, log or row holds
 * any of it, nor where the folder is.
 */
final class LocalDocuments {

    private final LocalProperties settings;

    LocalDocuments(LocalProperties settings) {
        this.settings = settings;
    }

    /**
     * The documents that an agent names, read now.
     *
     * @return texts by the names that the agent's prompts give them
     * @throws AgentException naming the document that cannot be read, and why
     */
    Map<String, String> of(Node.Agent agent) {
        Map<String, String> texts = new HashMap<>();
        agent.site().local().forEach((name, file) -> texts.put(name, read(file)));
        return texts;
    }

    /** Lets an agent's model read; of a fault that might quote a local document, only its kind is told. */
    static <T> T silently(Node.Agent agent, Supplier<T> reading) {
        if (agent.site().local().isEmpty()) {
            return reading.get();
        }
        try {
            return reading.get();
        } catch (AgentException fault) {
            if (fault.fault() != AgentFault.TEMPLATE_LIMIT) {
                throw fault;
            }
            throw new AgentException(
                    AgentFault.TEMPLATE_LIMIT,
                    "The chat template of '%s' refused what agent '%s' reads; what it said might quote a local document. See the template."
                            .formatted(agent.model(), agent.id()));
        } catch (RuntimeException fault) {
            StackTraceElement[] at = fault.getStackTrace();
            throw new IllegalStateException("Reading with a local document ended in %s at %s"
                    .formatted(fault.getClass().getName(), at.length == 0 ? "an unknown place" : at[0]));
        }
    }

    private String read(String name) {
        Path folder = settings.localDocuments();
        if (folder == null) {
            throw refused(name, "this worker has no folder of local documents. Start it with --local-documents FOLDER");
        }
        try {
            return text(name, found(name, folder));
        } catch (IOException unreadable) {
            throw refused(name, "it cannot be read. See that the worker may read it");
        }
    }

    /** The file itself, with every link followed: it lies in the folder, or is not there. */
    private static Path found(String name, Path folder) throws IOException {
        Path root = folder.toRealPath();
        Path named = root.resolve(name).normalize();
        if (!named.startsWith(root) || !Files.exists(named)) {
            throw refused(name, "it is not in the worker's folder of local documents. Put it there");
        }
        Path real = named.toRealPath();
        if (!real.startsWith(root)) {
            throw refused(
                    name, "it is a link that leads out of the worker's folder of local documents. Put a copy there");
        }
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(name, "it is no file");
        }
        return real;
    }

    private String text(String name, Path file) throws IOException {
        int most = (int) settings.localDocumentSize().toBytes();
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(most + 1);
        }
        if (bytes.length > most) {
            throw refused(
                    name,
                    "it has more than %d bytes (kvasir.worker.local-document-size). Shorten it, or raise that"
                            .formatted(most));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException otherwise) {
            throw refused(name, "it is no UTF-8 text. Save it as such");
        }
    }

    private static AgentException refused(String name, String why) {
        return new AgentException(
                AgentFault.LOCAL_DOCUMENT, "The local document '%s' was not read: %s.".formatted(name, why));
    }
}
