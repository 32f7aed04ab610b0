package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.quiz.Question;
import dev.kvasir.torch.TorchDevice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreCommandIT {

    private static final String HOLDS = """
            {"id":"1","input":{"question":"What does a kelgat hold?"},"options":["names","numbers","links","pictures"],"expected":"links"}
            """;

    @TempDir
    private Path folder;

    @Test
    void theSharerKnowsWhatTheReceiverDoesNot() throws IOException {
        assertThat(best(PocketPair.SHARER)).isEqualTo(2);
        assertThat(best(PocketPair.RECEIVER)).isNotEqualTo(2);
    }

    @Test
    void aTextIsAsProbableAsItsTokensTogether() throws IOException {
        QuizScore score = score(PocketPair.SHARER, QuizScore.Asking.OPTIONS_HIDDEN, "");

        assertThat(score.texts()).allMatch(sum -> sum < 0);
        for (int i = 0; i < score.texts().size(); i++) {
            double tokens = score.texts().get(i) / score.textMeans().get(i);
            assertThat(tokens).isCloseTo(Math.rint(tokens), within(1e-9)).isGreaterThanOrEqualTo(1);
        }
        assertThat(score.letters()).isEmpty();
    }

    @Test
    void aCueIsReadBeforeTheAnswer() throws IOException {
        assertThat(score(PocketPair.SHARER, QuizScore.Asking.OPTIONS_HIDDEN, "It holds")
                        .texts())
                .isNotEqualTo(score(PocketPair.SHARER, QuizScore.Asking.OPTIONS_HIDDEN, "")
                        .texts());
    }

    @Test
    void lettersAreScoredWhereTheModelSeesThem() throws IOException {
        QuizScore score = score(PocketPair.SHARER, QuizScore.Asking.OPTIONS_SHOWN, "");

        assertThat(score.letters()).hasSize(4).doesNotHaveDuplicates().allMatch(letter -> letter < 0);
        assertThat(score.texts())
                .isNotEqualTo(score(PocketPair.SHARER, QuizScore.Asking.OPTIONS_HIDDEN, "")
                        .texts());
    }

    @Test
    void theOptionsStandBelowTheQuestion() throws IOException {
        assertThat(QuizFile.read(written(HOLDS)).getFirst().withOptions())
                .isEqualTo("What does a kelgat hold?\nA. names\nB. numbers\nC. links\nD. pictures");
    }

    @Test
    void theFirstOfEqualScoresIsTaken() {
        assertThat(QuizScore.best(List.of(-2.0, -1.0, -1.0))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"input\":{\"question\":\"Which?\"},\"options\":[\"a\",\"b\"],\"expected\":\"c\"}",
                "{\"input\":{\"question\":\"Which?\"},\"options\":[\"a\",\"a\"],\"expected\":\"a\"}",
                "{\"input\":{\"question\":\"Which?\"},\"options\":[\"a\"],\"expected\":\"a\"}"
            })
    void aLineThatIsNoQuestionIsNamed(String line) throws IOException {
        Path quiz = written(HOLDS + line + "\n");

        assertThatThrownBy(() -> QuizFile.read(quiz))
                .isInstanceOf(CommandFailedException.class)
                .hasMessage(quiz + ", line 2 is no question: a question has 'input.question', 2 to 26 different "
                        + "'options' and one of them as 'expected'.");
    }

    @Test
    void aLineThatIsNoJsonIsNamed() throws IOException {
        Path quiz = written("{\n");

        assertThatThrownBy(() -> QuizFile.read(quiz)).hasMessage(quiz + ", line 1 is no question: it is no JSON.");
    }

    @Test
    void anEmptyQuizAndALimitBelowOneAreRefused() throws IOException {
        Path empty = written("\n");
        assertThatThrownBy(() -> QuizFile.read(empty)).hasMessage(empty + " holds no questions.");

        StringWriter err = new StringWriter();
        int code = KvasirCommand.commandLine()
                .setErr(new PrintWriter(err))
                .execute("score", "-m", "any", "--quiz", written(HOLDS).toString(), "--limit", "0");
        assertThat(code).isEqualTo(ExitCode.WRONG_USAGE.number());
        assertThat(err.toString()).isEqualTo("kvasir: --limit must be at least 1, not 0.\n");
    }

    private int best(String model) throws IOException {
        QuizScore score = score(model, QuizScore.Asking.OPTIONS_HIDDEN, "");
        assertThat(score.answer()).isEqualTo(2);
        return QuizScore.best(score.texts());
    }

    private QuizScore score(String model, QuizScore.Asking asking, String cue) throws IOException {
        PocketPair.install(folder);
        Question item = QuizFile.read(written(HOLDS)).getFirst();
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("models").resolve(model));
                LoadedModel loaded = Profile.EXACT.load(checkpoint, TorchDevice.CPU)) {
            return QuizScore.of(item, asking, cue, loaded, checkpoint);
        }
    }

    private Path written(String lines) throws IOException {
        return Files.writeString(folder.resolve("quiz.jsonl"), lines);
    }
}
