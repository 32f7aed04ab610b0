package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlignmentTest {

    private static final String MESSAGE = "Hello wonderful world!";
    private static final ChatInput CHAT = ChatInput.prompt(List.of(ChatInput.message("user", MESSAGE)));

    private final WordTokenizer receiver =
            new WordTokenizer(" ?\\w+|\\W", List.of("<p>", "<e>", "<s>"), new WordTokenizer.Roles("<s>", "<e>", "<p>"));
    private final WordTokenizer sharer = new WordTokenizer(
            "\\s+|\\w{1,3}|\\W", List.of("<P>", "<E>", "<B>"), new WordTokenizer.Roles("<B>", "<E>", "<P>"));
    private final ChatTemplate receiverTemplate = template(
            receiver, "{% for m in messages %}<s>{{ m.role }}\n{{ m.content }}<e>\n{% endfor %}{{ '<s>assistant\n' }}");
    private final ChatTemplate sharerTemplate = template(
            sharer,
            "<B>system\nhi<E>\n{% for m in messages %}<B>{{ m.role }}\n{{ m.content }}<E>\n{% endfor %}{{ '<B>assistant\n' }}");

    private static ChatTemplate template(WordTokenizer tokenizer, String source) {
        return ChatTemplate.compile(source, tokenizer, Clock.systemUTC());
    }

    private ChatAligner aligner(AlignmentMode mode) {
        return ChatAligner.between(receiver, receiverTemplate, sharer, sharerTemplate, mode);
    }

    private List<String> sharedMessage(AlignmentMode mode) {
        return aligner(mode).align(CHAT, ChatAligner.Ending.TEMPLATE).positions().stream()
                .filter(AlignedPosition::paired)
                .map(AlignedPosition::sharerText)
                .toList();
    }

    @Test
    void ofSeveralTokensTheFirstOrTheLongestIsTaken() {
        assertThat(sharedMessage(AlignmentMode.FIRST)).containsExactly("Hel", " ", " ", "!");
        assertThat(sharedMessage(AlignmentMode.LONGEST)).containsExactly("Hel", "won", "wor", "!");
    }

    @Test
    void theShorterTemplateIsPaddedInItsStretch() {
        ChatAlignment alignment = aligner(AlignmentMode.LONGEST).align(CHAT, ChatAligner.Ending.TEMPLATE);
        assertThat(alignment.stretches())
                .containsExactly(
                        new ChatAlignment.Stretch(false, 0, 11),
                        new ChatAlignment.Stretch(true, 11, 15),
                        new ChatAlignment.Stretch(false, 15, 22));
        assertThat(alignment.positions().subList(3, 11)).allMatch(AlignedPosition::receiverPad);
        assertThat(alignment.positions().subList(20, 22)).allMatch(AlignedPosition::receiverPad);
        assertThat(alignment.positions().get(2).pairing()).isEqualTo(AlignedPosition.Pairing.TEMPLATE);
    }

    @Test
    void theReceiverNeverEndsInPadding() {
        ChatAlignment alignment = aligner(AlignmentMode.LONGEST).align(CHAT, ChatAligner.Ending.TEMPLATE);
        AlignedPrompt prompt = alignment.prompt();
        assertThat(alignment.receiverTrailingPads()).isEqualTo(2);
        assertThat(prompt.length()).isEqualTo(20);
        assertThat(prompt.receiverPads().getLast()).isFalse();
        assertThat(prompt.sections()).containsExactly(Section.unfused(11), Section.fused(4), Section.unfused(5));
        assertThat(prompt.alignedShare()).isEqualTo(0.25);
    }

    @Test
    void aMessageAtTheEndKeepsItsLastTokenUnfused() {
        AlignedPrompt prompt = aligner(AlignmentMode.LONGEST)
                .align(CHAT, ChatAligner.Ending.LAST_MESSAGE)
                .prompt();
        assertThat(prompt.sections()).containsExactly(Section.unfused(11), Section.fused(3), Section.unfused(1));
    }

    @Test
    void oneVocabularyNeedsNoAlignment() {
        AlignedPrompt prompt = aligner(AlignmentMode.SAME_VOCABULARY).prompt(CHAT);
        assertThat(prompt.sharerIds()).isEqualTo(prompt.receiverIds());
        assertThat(prompt.sections()).containsExactly(Section.fused(prompt.length() - 1), Section.unfused(1));
    }

    @Test
    void tokensWithARoleMeetTheirLike() {
        TokenAlignment tokens = new TokenAlignment(receiver, sharer, AlignmentMode.FIRST);
        assertThat(tokens.sharerId(receiver.id("<s>").orElseThrow()))
                .isEqualTo(sharer.id("<B>").orElseThrow());
        assertThat(tokens.sharerId(receiver.id("<e>").orElseThrow()))
                .isEqualTo(sharer.id("<E>").orElseThrow());
        assertThat(tokens.sharerId(receiver.id("<p>").orElseThrow()))
                .isEqualTo(sharer.id("<P>").orElseThrow());
    }

    @Test
    void aTemplateThatHidesAMessageCannotBeAligned() {
        ChatAligner aligner = ChatAligner.between(
                receiver,
                receiverTemplate,
                sharer,
                template(sharer, "<B>{{ messages[0].content | upper }}"),
                AlignmentMode.FIRST);
        assertThatThrownBy(() -> aligner.prompt(CHAT))
                .isInstanceOf(AlignmentException.class)
                .hasMessage("The chat template does not show message 1 as it is. "
                        + "Make the edge a text edge, or use models whose chat templates hold the same messages.");
    }

    @Test
    void spansPairEachTokenWithTheOneThatEndsOverIt() {
        SpanAligner.SpanAlignment spans =
                new SpanAligner(receiver, receiverTemplate, sharer, sharerTemplate).align(CHAT);
        List<String> partners = spans.partners().stream()
                .filter(partner -> partner != SpanAligner.UNPAIRED)
                .map(partner -> sharer.token(spans.sharerIds().get(partner)))
                .toList();
        assertThat(partners).containsExactly("lo", "ful", "ld", "!");
        assertThat(spans.sections()).containsExactly(Section.unfused(3), Section.fused(4), Section.unfused(5));
    }

    @ParameterizedTest
    @CsvSource({
        "LAST_ALIGNED, 28, 24, '0,0,0,0,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23'",
        "K_NEAREST, 28, 24, '0,1,2,3,3,4,5,6,7,8,9,9,10,11,12,13,14,14,15,16,17,18,19,20,20,21,22,23'",
        "LAST_ALIGNED, 28, 16, '0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15'",
        "K_NEAREST, 28, 16, '0,1,1,2,2,3,3,4,4,5,6,6,7,7,8,8,9,9,10,11,11,12,12,13,13,14,14,15'",
        "LAST_ALIGNED, 3, 2, '0,0,1'",
        "K_NEAREST, 3, 2, '0,0,1'",
        "LAST_ALIGNED, 3, 4, '1,2,3'",
        "K_NEAREST, 3, 4, '0,2,3'"
    })
    void eachReceiverLayerHasItsSharerLayer(LayerAlignment alignment, int receiver, int sharer, String expected) {
        assertThat(alignment.map(receiver, sharer, 1).stream()
                        .map(partners -> partners.getFirst().toString()))
                .containsExactly(expected.split(",", -1));
    }

    @Test
    void moreThanOneSharerLayerIsCountedFromTheAnchor() {
        assertThat(LayerAlignment.LAST_ALIGNED.map(3, 4, 2))
                .containsExactly(List.of(1, 0), List.of(2, 1), List.of(3, 2));
        assertThat(LayerAlignment.LAST_ALIGNED.map(2, 2, 5)).containsExactly(List.of(0, 1), List.of(1, 0));
    }

    @Test
    void aTrainingTextIsFusedUpToItsInstructionsLastToken() {
        assertThat(Section.ofTraining(5, 8)).containsExactly(Section.fused(4), Section.unfused(4));
        assertThat(Section.ofTraining(1, 4)).containsExactly(Section.unfused(4));
    }

    @Test
    void sharersAreBits() {
        assertThat(Map.of(3, List.of(1, 2), 5, List.of(1, 3), 7, List.of(1, 2, 3)))
                .allSatisfy((mask, sharers) -> {
                    assertThat(Section.mask(sharers)).isEqualTo(mask);
                    assertThat(Section.sharersOf(mask)).isEqualTo(sharers);
                });
    }
}
