package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.InProcess.Ran;
import dev.kvasir.pocket.PocketPair;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AlignCommandIT {

    private static final String TURN = "What does a kelgat hold?";

    @TempDir
    private static Path home;

    private static String receiver;
    private static String sharer;

    @BeforeAll
    static void install() {
        PocketPair.install(home);
        receiver = home.resolve("models").resolve(PocketPair.RECEIVER).toString();
        sharer = home.resolve("models").resolve(PocketPair.SHARER).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "longest", "span"})
    void theFusedTokensAreTheMessage(String mode) {
        List<JsonNode> tokens = align("-a", mode, "--json").jsonLines();

        assertThat(tokens).hasSizeGreaterThan(10);
        StringBuilder fused = new StringBuilder();
        for (JsonNode token : tokens) {
            assertThat(token.propertyNames())
                    .containsExactlyInAnyOrder(
                            "position",
                            "receiverId",
                            "receiverText",
                            "sharerPosition",
                            "sharerId",
                            "sharerText",
                            "pairing",
                            "section",
                            "fused");
            if (token.get("fused").booleanValue()) {
                fused.append(token.get("receiverText").asString());
                assertThat(token.get("section").asInt()).isEqualTo(1);
                assertThat(token.get("pairing").asString()).isEqualTo("SAME");
            }
        }
        assertThat(fused).hasToString(TURN);
    }

    @Test
    void aTableShowsATokenALine() {
        Ran table = align();

        assertThat(table.exitCode()).isZero();
        assertThat(table.out().lines()).hasSize(1 + align("--json").jsonLines().size());
        assertThat(table.out()).contains("' kelgat'", "template", "'\\n'").doesNotContain("\n\n");
    }

    @Test
    void idsAreNotAligned() {
        assertThat(InProcess.run("align", "-r", receiver, "-s", sharer, "--ids", "1,2"))
                .isEqualTo(new Ran(2, "", "kvasir: A text is aligned, not ids: give -p TEXT.\n"));
    }

    private static Ran align(String... more) {
        return InProcess.run(List.of("align", "-r", receiver, "-s", sharer, "-p", TURN, "--quiet"), more);
    }
}
