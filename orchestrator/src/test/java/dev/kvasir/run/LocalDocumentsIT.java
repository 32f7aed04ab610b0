package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.graph.Generation;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.NodeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** What of a worker's disk an agent may read: files of one folder, and nothing that leads out of it. */
class LocalDocumentsIT {

    @TempDir
    private Path outer;

    private Path folder = Path.of("");

    @BeforeEach
    void make() throws IOException {
        folder = outer.resolve("documents");
        Files.createDirectories(folder.resolve("2026"));
        Files.writeString(outer.resolve("secret.txt"), "outside");
        Files.writeString(folder.resolve("a.txt"), "Grüße");
        Files.writeString(folder.resolve("2026/b.txt"), "below");
    }

    @Test
    void filesOfTheFolderAreReadUnderTheirNamesAndThroughLinksWithinIt() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("2026/b.txt"));

        assertThat(documents(folder).of(agent(Map.of("a", "a.txt", "b", "2026/b.txt", "c", "link.txt"))))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "Grüße", "b", "below", "c", "below"));
        assertThat(documents(null).of(agent(Map.of()))).isEmpty();
    }

    @Test
    void nothingLeadsOutOfTheFolder() throws IOException {
        Files.createSymbolicLink(folder.resolve("out.txt"), outer.resolve("secret.txt"));
        Files.createSymbolicLink(folder.resolve("up"), outer);

        refused("../secret.txt", "it is not in the worker's folder of local documents. Put it there.");
        refused(
                outer.resolve("secret.txt").toString(),
                "it is not in the worker's folder of local documents. Put it there.");
        refused("out.txt", "it is a link that leads out of the worker's folder of local documents. Put a copy there.");
        refused(
                "up/secret.txt",
                "it is a link that leads out of the worker's folder of local documents. Put a copy there.");
    }

    @Test
    void whatIsMissingTooLongOrNoTextIsRefusedWithoutAWordOfIt() throws IOException {
        Files.write(folder.resolve("latin.txt"), new byte[] {'G', 'r', (byte) 0xfc, (byte) 0xdf, 'e'});
        Files.writeString(folder.resolve("long.txt"), "x".repeat(1025));

        refused("none.txt", "it is not in the worker's folder of local documents. Put it there.");
        refused("2026", "it is no file.");
        refused("latin.txt", "it is no UTF-8 text. Save it as such.");
        refused(
                "long.txt",
                "it has more than 1024 bytes (kvasir.worker.local-document-size). Shorten it, or raise that.");
        assertThatThrownBy(() -> documents(null).of(agent(Map.of("a", "a.txt"))))
                .hasMessage(
                        "The local document 'a.txt' was not read: this worker has no folder of local documents. Start it with"
                                + " --local-documents FOLDER.");
    }

    @Test
    void aFaultThatMightQuoteADocumentIsToldByItsKindAlone() {
        String canary = "seventeen bells";
        Node.Agent reader = agent(Map.of("a", "a.txt"));

        assertThatThrownBy(() -> LocalDocuments.silently(reader, () -> {
                    throw new AgentException(AgentFault.TEMPLATE_LIMIT, "refused: " + canary);
                }))
                .isInstanceOf(AgentException.class)
                .hasMessage(
                        "The chat template of 'm' refused what agent 'edge' reads; what it said might quote a local document."
                                + " See the template.")
                .hasNoCause();
        assertThatThrownBy(() -> LocalDocuments.silently(reader, () -> {
                    throw new IllegalArgumentException(canary);
                }))
                .hasMessageStartingWith("Reading with a local document ended in java.lang.IllegalArgumentException at ")
                .hasMessageNotContaining(canary)
                .hasNoCause();
        assertThatThrownBy(() -> LocalDocuments.silently(agent(Map.of()), () -> {
                    throw new IllegalArgumentException(canary);
                }))
                .hasMessage(canary);
    }

    private void refused(String file, String why) {
        assertThatThrownBy(() -> documents(folder).of(agent(Map.of("a", file))))
                .isInstanceOfSatisfying(
                        AgentException.class, fault -> assertThat(fault.fault()).isEqualTo(AgentFault.LOCAL_DOCUMENT))
                .hasMessage("The local document '" + file + "' was not read: " + why);
    }

    private static LocalDocuments documents(@Nullable Path folder) {
        return new LocalDocuments(new LocalProperties(folder, DataSize.ofBytes(1024)));
    }

    private static Node.Agent agent(Map<String, String> local) {
        return new Node.Agent(
                new NodeId("edge"),
                NodeOptions.DEFAULT,
                "m",
                new Node.Prompt(null, "x"),
                Generation.DEFAULT,
                Node.Takeover.DEFAULT,
                new Node.Site("edge", local));
    }
}
