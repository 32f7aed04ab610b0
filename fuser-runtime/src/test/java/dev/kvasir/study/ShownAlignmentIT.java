package dev.kvasir.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.fuser.AlignedPosition.Pairing;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.AlignmentMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShownAlignmentIT {

    private static final String TURN = "What does a kelgat hold?";

    @TempDir
    private static Path home;

    private static PocketStudy pocket;
    private static ShownAlignment alignment;

    @BeforeAll
    static void load() {
        pocket = new PocketStudy(home);
        alignment = new ShownAlignment(pocket.receiver.checkpoint(), pocket.sharer.checkpoint());
    }

    @AfterAll
    static void close() {
        pocket.close();
    }

    @Test
    void whatIsShownIsWhatTheModelsRun() {
        List<AlignedToken> tokens = alignment.byToken(TURN, AlignmentMode.LONGEST);
        AlignedPrompt run = pocket.pair.aligned(TURN);

        List<AlignedToken> kept =
                tokens.stream().filter(token -> token.section() != null).toList();
        assertThat(kept).extracting(AlignedToken::receiverId).isEqualTo(run.receiverIds());
        assertThat(kept).extracting(AlignedToken::sharerId).isEqualTo(run.sharerIds());
        assertThat(tokens.stream().filter(AlignedToken::fused))
                .hasSize(run.sections().get(1).length());
        assertThat(fused(tokens, AlignedToken::receiverText)).isEqualTo(TURN);
        assertThat(tokens.stream().filter(AlignedToken::fused).map(AlignedToken::pairing))
                .containsOnly(Pairing.SAME); // each name is one token in both vocabularies
    }

    @Test
    void bySpanTheSharerKeepsItsOwnTokens() {
        List<AlignedToken> tokens = alignment.bySpan(TURN);

        assertThat(fused(tokens, AlignedToken::receiverText)).isEqualTo(TURN);
        List<Integer> positions = tokens.stream()
                .map(AlignedToken::sharerPosition)
                .filter(Objects::nonNull)
                .toList();
        assertThat(positions).isSorted().isNotEmpty();
        assertThat(tokens).filteredOn(token -> token.sharerPosition() == null).allSatisfy(token -> {
            assertThat(token.pairing()).isEqualTo(Pairing.TEMPLATE);
            assertThat(token.fused()).isFalse();
        });
    }

    @Test
    void inOneVocabularyTheSharerReadsTheReceiversTokens() {
        List<AlignedToken> tokens = new ShownAlignment(pocket.sharer.checkpoint(), pocket.sharer.checkpoint())
                .byToken(TURN, AlignmentMode.SAME_VOCABULARY);

        assertThat(tokens).allSatisfy(token -> {
            assertThat(token.sharerId()).isEqualTo(token.receiverId());
            assertThat(token.pairing()).isEqualTo(Pairing.SAME);
        });
        assertThat(tokens).filteredOn(token -> !token.fused()).containsExactly(tokens.getLast());
    }

    private static String fused(List<AlignedToken> tokens, Function<AlignedToken, String> text) {
        return tokens.stream().filter(AlignedToken::fused).map(text).collect(Collectors.joining());
    }
}
