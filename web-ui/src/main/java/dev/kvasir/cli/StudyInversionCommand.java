package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.inquiry.InversionRow;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.quiz.Accuracy;
import dev.kvasir.study.InversionStudy;
import dev.kvasir.study.PolicyCost;
import dev.kvasir.study.StudyModel;
import dev.kvasir.study.StudyPair;
import dev.kvasir.study.StudyQuestion;
import dev.kvasir.wire.Recovery;
import dev.kvasir.wire.Recovery.Attack;
import dev.kvasir.wire.Recovery.Layer;
import dev.kvasir.wire.WirePolicy;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells how much of a text a cache gives away, and what it costs to give away less. */
@Command(
        name = "inversion",
        description =
                "How many tokens can be read back from the sharer's cache on the wire; with a fuser, what the policy costs.",
        mixinStandardHelpOptions = true)
final class StudyInversionCommand implements Runnable {

    @Option(
            names = {"-s", "--sharer"},
            required = true,
            paramLabel = "SHARER",
            description = "The model whose cache leaves.")
    private String sharer = "";

    @Option(
            names = {"-r", "--receiver"},
            paramLabel = "RECEIVER",
            description = "With --fuser: who answers on what has left, to tell what the policy costs.")
    private @Nullable String receiver;

    @Option(names = "--fuser", paramLabel = "FUSER", description = "From sharer to receiver.")
    private @Nullable String fuser;

    @Mixin
    private StudyQuiz quiz = new StudyQuiz();

    @Mixin
    private WireOptions wire = new WireOptions();

    @Option(
            names = "--attack",
            paramLabel = "ATTACK",
            description =
                    "What is known to who reads back: alone (nothing of the text; the default) or in-context (all that stands"
                            + " before each token).")
    private String attack = "alone";

    @Option(
            names = "--candidates",
            paramLabel = "N",
            description = "Tokens among which each is looked for, the true ones among them; 1024 if not given.")
    private int candidates = 1024;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        WirePolicy policy = wire.policy();
        Attack how = attack();
        if (candidates < 1) {
            throw wrong("--candidates must be at least 1, not %d.".formatted(candidates));
        }
        if ((receiver == null) != (fuser == null)) {
            throw wrong("Give -r and --fuser together, or none of them.");
        }
        List<StudyQuestion> questions = quiz.asked();
        InversionStudy study = new InversionStudy(policy, quiz.seed());
        if (receiver == null || fuser == null) {
            try (Checkpoint checkpoint =
                            Checkpoint.open(ModelArgument.of(sharer).path());
                    LoadedModel model = compute.load(checkpoint)) {
                print(study.recovered(new StudyModel(checkpoint, model), turns(questions), candidates, how), null);
            }
            return;
        }
        PairOptions.with(
                receiver, sharer, fuser, compute, (pair, sharing) -> pair(study, questions, how, pair, sharing));
    }

    private void pair(
            InversionStudy study, List<StudyQuestion> questions, Attack how, StudyPair pair, StudyModel sharing) {
        PolicyCost cost = study.cost(pair, questions, StudyQuiz.progress(output, questions.size()));
        print(study.recovered(sharing, turns(questions), candidates, how), cost);
    }

    private static List<String> turns(List<StudyQuestion> questions) {
        return questions.stream().map(StudyQuestion::turn).toList();
    }

    private Attack attack() {
        return switch (attack) {
            case "alone" -> Attack.ALONE;
            case "in-context" -> Attack.IN_CONTEXT;
            default -> throw wrong("--attack is alone or in-context, not '%s'.".formatted(attack));
        };
    }

    private static CommandFailedException wrong(String sentence) {
        return new CommandFailedException(ExitCode.WRONG_USAGE, sentence);
    }

    private void print(Recovery recovery, @Nullable PolicyCost cost) {
        InversionRow row = InversionRow.of(recovery, wire.policy(), quiz.seed(), cost);
        if (output.isJson()) {
            output.json(row);
            return;
        }
        if (row.noise() != null) {
            output.line(row.noise());
        }
        output.line("layer  tokens read back of %d, among %d candidates"
                .formatted(recovery.tokens(), recovery.candidates()));
        for (Layer layer : recovery.layers()) {
            output.line(line("%5d".formatted(layer.layer()), layer.recovered(), recovery));
        }
        output.line(line(" best", recovery.best(), recovery));
        output.line(line(" vote", recovery.voted(), recovery));
        if (cost != null) {
            output.line("answers      " + new Accuracy(cost.exact(), cost.of()).line());
            output.line("with policy  " + new Accuracy(cost.policy(), cost.of()).line());
            output.line("%d lost, %d gained".formatted(cost.lost(), cost.gained()));
        }
    }

    /** A study has no installation whose key it could draw by. */
    private static String line(String name, int recovered, Recovery recovery) {
        double share = recovery.tokens() == 0 ? 0 : 100.0 * recovered / recovery.tokens();
        return String.format(Locale.ROOT, "%s  %5.1f %%  %d", name, share, recovered);
    }
}
