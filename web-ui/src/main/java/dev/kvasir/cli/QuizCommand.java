package dev.kvasir.cli;

import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.quiz.Accuracy;
import dev.kvasir.quiz.Arm;
import dev.kvasir.quiz.ArmAnswer;
import dev.kvasir.quiz.Asking;
import dev.kvasir.quiz.PairQuiz;
import dev.kvasir.quiz.Player;
import dev.kvasir.quiz.Question;
import dev.kvasir.quiz.QuizSheet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks a pair of models a multiple-choice quiz in several ways, and tells which way is better, and by how much. */
@Command(
        name = "quiz",
        description =
                "Asks a pair a multiple-choice quiz in several ways: each model alone, by text, by cache, and controls.",
        mixinStandardHelpOptions = true)
final class QuizCommand implements Runnable {

    private static final int PLACEMENT_TOKENS = 24;

    @Mixin
    private PairOptions team = new PairOptions();

    @Option(
            names = "--quiz",
            required = true,
            paramLabel = "FILE",
            description =
                    "JSON Lines with input.question, options and expected; 'pocket' is the quiz that comes along.")
    private String quiz = "";

    @Option(
            names = "--by",
            paramLabel = "WAY",
            description =
                    "letter: options shown, a letter chosen; text: options hidden, a text chosen; placement: options hidden,"
                            + " the reply is HTML, and the option is chosen whose text it puts into its element;"
                            + " only questions whose options are HTML are asked."
                            + " letter if not given.")
    private Asking asking = Asking.LETTER;

    @Option(
            names = "--arms",
            split = ",",
            paramLabel = "ARM",
            description = "Any of ${COMPLETION-CANDIDATES}; all that need no note if not given.")
    private List<Arm> arms = List.of(Arm.RECEIVER, Arm.SHARER, Arm.C2C, Arm.SHUFFLED, Arm.CLOSED);

    @Option(
            names = "--share",
            paramLabel = "S",
            description = "Part of what the fuser was trained to fuse, 0 to 1; 1 if not given.")
    private double share = 1;

    @Option(
            names = "--order",
            paramLabel = "END",
            description = "back or front: where the share is counted from; back if not given.")
    private PartialFusion.End order = PartialFusion.End.BACK;

    @Option(names = "--note", paramLabel = "N", description = "Most tokens of the sharer's note; 80 if not given.")
    private int note = 80;

    @Option(
            names = "--reply",
            paramLabel = "N",
            description =
                    "Also let a reply of up to N tokens be decoded, and tell how long it takes; 24 by placement, else 0.")
    private @Nullable Integer reply;

    @Option(names = "--limit", paramLabel = "N", description = "Ask only N questions, drawn by --seed.")
    private @Nullable Integer limit;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed draws the same questions; 0 if not given.")
    private long seed;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        List<Question> questions = questions();
        QuizSheet sheet = new QuizSheet();
        PairQuiz.Settings settings = new PairQuiz.Settings(asking, dial(), note, replyTokens());
        team.withTeam(loaded -> {
            FuseTeam.SharingMember sharing = loaded.sharers().getFirst();
            ask(
                    new PairQuiz(player(loaded.receiver()), player(sharing.sharer()), sharing.fuser(), settings),
                    questions,
                    sheet);
        });
        summary(sheet);
    }

    private void ask(PairQuiz pair, List<Question> questions, QuizSheet sheet) {
        IntConsumer progress = StudyQuiz.progress(output, questions.size());
        for (int i = 0; i < questions.size(); i++) {
            Question other = questions.get((i + 1) % questions.size());
            for (Arm arm : arms) {
                answer(pair, arm, questions.get(i), other, sheet);
            }
            progress.accept(i + 1);
        }
    }

    private List<Question> questions() {
        List<Question> suited =
                QuizFile.named(quiz).stream().filter(asking::suits).toList();
        if (suited.isEmpty()) {
            throw new CommandFailedException(
                    ExitCode.REFUSED, "%s holds no question whose options are all HTML elements.".formatted(quiz));
        }
        return QuizFile.drawn(suited, limit, seed);
    }

    private int replyTokens() {
        int least = asking == Asking.PLACEMENT ? 1 : 0;
        if (reply != null && reply < least) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "--reply is at least %d here, not %d.".formatted(least, reply));
        }
        return reply != null ? reply : least * PLACEMENT_TOKENS;
    }

    private PartialFusion dial() {
        if (!(share >= 0 && share <= 1)) {
            throw new CommandFailedException(ExitCode.WRONG_USAGE, "--share is from 0 to 1, not " + share + ".");
        }
        return new PartialFusion(share, order);
    }

    private static Player player(FuseTeam.Member member) {
        return new Player(member.checkpoint(), member.model());
    }

    private void answer(PairQuiz pair, Arm arm, Question question, Question other, QuizSheet sheet) {
        ArmAnswer answer = pair.answer(arm, question, other);
        sheet.note(question, answer);
        if (output.isJson()) {
            output.json(new QuizLine(
                    question.id(),
                    arm,
                    answer.chosen() == question.answer(),
                    answer.chosen(),
                    answer.scores(),
                    answer.reply(),
                    answer.untilPrompted().toNanos() / 1e6,
                    answer.decode().toNanos() / 1e6,
                    answer.noteTokens(),
                    answer.cacheBytes()));
        }
    }

    private void summary(QuizSheet sheet) {
        for (Arm arm : sheet.arms()) {
            tell(String.format(
                    Locale.ROOT,
                    "%-10s %s  %6.0f ms + %.0f ms",
                    arm.name().toLowerCase(Locale.ROOT),
                    new Accuracy(sheet.right(arm), sheet.questions(arm)).line(),
                    sheet.medianMs(arm, ArmAnswer::untilPrompted),
                    sheet.medianMs(arm, ArmAnswer::decode)));
        }
        for (Arm arm : sheet.arms()) {
            if (arm != Arm.C2C && sheet.arms().contains(Arm.C2C)) {
                tell(Pairing.line(arm, sheet.against(Arm.C2C, arm)));
            }
        }
    }

    private void tell(String line) {
        if (output.isJson()) {
            output.progress(line);
        } else {
            output.line(line);
        }
    }

    /** One answer as JSON: times in milliseconds. */
    private record QuizLine(
            String id,
            Arm arm,
            boolean right,
            int chosen,
            List<Double> scores,
            String reply,
            double untilPromptedMs,
            double decodeMs,
            int noteTokens,
            long cacheBytes) {}
}
