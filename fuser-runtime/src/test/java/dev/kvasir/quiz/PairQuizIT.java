package dev.kvasir.quiz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Profile;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TorchDevice;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pocket pair, asked by likelihood among the four answers that its relations have. */
class PairQuizIT {

    private static final int ASKED = 24;
    private static final Deque<AutoCloseable> OPENED = new ArrayDeque<>();

    private static Player receiver;
    private static Player sharer;
    private static LoadedFuser fuser;
    private static PairQuiz quiz;
    private static List<Question> questions;

    @BeforeAll
    static void openThePocketPair(@TempDir Path home) throws Exception {
        PocketPair.install(home);
        receiver = player(home, PocketPair.RECEIVER);
        sharer = player(home, PocketPair.SHARER);
        try (FuserCheckpoint files = FuserCheckpoint.open(home.resolve("fusers").resolve(PocketPair.FUSER))) {
            fuser = LoadedFuser.load(files, ElementType.F32);
            OPENED.push(fuser);
        }
        quiz = quiz(new PairQuiz.Settings(Asking.TEXT, PartialFusion.ALL, 24, 0));
        questions = questions().subList(0, ASKED);
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable part : OPENED) {
            part.close();
        }
    }

    @Test
    void theCacheCarriesTheAnswerAndAStrangeCacheDoesNot() {
        QuizSheet sheet = sheet(quiz, questions, Arm.RECEIVER, Arm.C2C, Arm.SHUFFLED);

        assertThat(sheet.right(Arm.C2C)).isGreaterThanOrEqualTo(20);
        assertThat(sheet.right(Arm.RECEIVER)).isLessThanOrEqualTo(12);
        assertThat(sheet.right(Arm.SHUFFLED)).isLessThanOrEqualTo(12);
    }

    /** The story: the coder knows which tag marks what, the writer must put the text there. */
    @Test
    void theWordLandsInTheRightElementWithTheSharersCacheOnly() {
        PairQuiz writing = quiz(new PairQuiz.Settings(Asking.PLACEMENT, PartialFusion.ALL, 24, 24));
        List<Question> asked =
                questions().stream().filter(Asking.PLACEMENT::suits).toList();
        QuizSheet sheet = sheet(writing, asked, Arm.RECEIVER, Arm.C2C, Arm.SHUFFLED);

        assertThat(asked).hasSize(46);
        assertThat(sheet.right(Arm.C2C)).isGreaterThanOrEqualTo(29);
        assertThat(sheet.right(Arm.RECEIVER)).isBetween(1, 19); // it writes elements, only not the right ones
        assertThat(sheet.right(Arm.SHUFFLED)).isLessThanOrEqualTo(19);
    }

    /** Not to the last bit: a fused prompt is read section by section, so sums round differently. */
    @Test
    void closedGatesAreTheReceiver() {
        for (Question question : questions.subList(0, 4)) {
            List<Double> closed = quiz.answer(Arm.CLOSED, question, question).scores();
            List<Double> alone = quiz.answer(Arm.RECEIVER, question, question).scores();
            for (int i = 0; i < alone.size(); i++) {
                assertThat(closed.get(i)).isCloseTo(alone.get(i), within(2e-5));
            }
        }
    }

    @Test
    void theNoteIsTheSameForBothWaysThatReadItAndItsTimeCountsForEach() {
        Question question = questions.get(2);
        ArmAnswer text = quiz.answer(Arm.TEXT, question, question);
        ArmAnswer both = quiz.answer(Arm.TEXT_C2C, question, question);
        ArmAnswer again = quiz.answer(Arm.TEXT, question, question);
        ArmAnswer without = quiz.answer(Arm.RECEIVER, question, question);

        assertThat(text.noteTokens()).isPositive().isEqualTo(both.noteTokens());
        assertThat(again.scores()).isEqualTo(text.scores());
        assertThat(again.untilPrompted()).isGreaterThan(without.untilPrompted());
        assertThat(both.cacheBytes()).isPositive();
    }

    private static PairQuiz quiz(PairQuiz.Settings settings) {
        return new PairQuiz(receiver, sharer, fuser, settings);
    }

    private static QuizSheet sheet(PairQuiz quiz, List<Question> questions, Arm... arms) {
        QuizSheet sheet = new QuizSheet();
        for (int i = 0; i < questions.size(); i++) {
            for (Arm arm : arms) {
                Question question = questions.get(i);
                sheet.note(question, quiz.answer(arm, question, questions.get((i + 1) % questions.size())));
            }
        }
        return sheet;
    }

    private static Player player(Path home, String model) {
        Checkpoint files = Checkpoint.open(home.resolve("models").resolve(model));
        OPENED.push(files);
        LoadedModel loaded = LoadedModel.load(files, Profile.EXACT, TorchDevice.CPU);
        OPENED.push(loaded);
        return new Player(files, loaded);
    }

    private static List<Question> questions() {
        return PocketPair.quiz()
                .lines()
                .map(JsonMapper.shared()::readTree)
                .map(PairQuizIT::question)
                .toList();
    }

    private static Question question(JsonNode line) {
        List<String> answers =
                line.get("answers").valueStream().map(JsonNode::asString).toList();
        return new Question(
                line.get("id").asString(),
                line.get("input").get("question").asString(),
                answers,
                answers.indexOf(line.get("expected").asString()));
    }
}
