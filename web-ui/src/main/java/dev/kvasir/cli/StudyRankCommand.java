package dev.kvasir.cli;

import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.study.LayerRanks;
import dev.kvasir.study.LayerRanks.Ranks;
import dev.kvasir.study.RankStudy;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells how many directions caches use. */
@Command(
        name = "rank",
        description = "Effective rank of the sharer's, the receiver's and the fused cache, layer by layer.",
        mixinStandardHelpOptions = true)
final class StudyRankCommand implements Runnable {

    @Mixin
    private PairOptions team = new PairOptions();

    @Mixin
    private StudyQuiz quiz = new StudyQuiz();

    @Option(names = "--tokens", paramLabel = "N", description = "Most tokens that are pooled; 2000 if not given.")
    private int tokens = 2000;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (tokens < 1) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "--tokens must be at least 1, not %d.".formatted(tokens));
        }
        List<String> turns = quiz.turns();
        team.with(pair -> print(RankStudy.run(pair, turns, tokens, StudyQuiz.progress(output, turns.size()))));
    }

    private void print(List<LayerRanks> ranks) {
        if (output.isJson()) {
            ranks.forEach(output::json);
            return;
        }
        output.line("             a prompt's tokens              pooled");
        output.line("layer part   sharer  receiver  fused        sharer  receiver  fused");
        for (LayerRanks rank : ranks) {
            line(String.valueOf(rank.layer()), rank.part(), rank.each(), rank.pooled());
        }
        for (Part part : Part.values()) {
            List<LayerRanks> own =
                    ranks.stream().filter(rank -> rank.part() == part).toList();
            if (!own.isEmpty()) {
                line("mean", part, mean(own, LayerRanks::each), mean(own, LayerRanks::pooled));
            }
        }
        int pooled = ranks.stream().mapToInt(LayerRanks::tokens).max().orElse(0);
        output.progress("%d tokens were pooled; no rank is above that, nor above a token's features".formatted(pooled));
    }

    private void line(String layer, Part part, Ranks each, Ranks pooled) {
        output.line(String.format(
                Locale.ROOT,
                "%5s %-6s %6.1f  %8.1f  %5.1f        %6.1f  %8.1f  %5.1f",
                layer,
                part.name().toLowerCase(Locale.ROOT),
                each.sharer(),
                each.receiver(),
                each.fused(),
                pooled.sharer(),
                pooled.receiver(),
                pooled.fused()));
    }

    private static Ranks mean(List<LayerRanks> ranks, Function<LayerRanks, Ranks> which) {
        List<Ranks> all = ranks.stream().map(which).toList();
        return new Ranks(
                all.stream().mapToDouble(Ranks::sharer).average().orElse(0),
                all.stream().mapToDouble(Ranks::receiver).average().orElse(0),
                all.stream().mapToDouble(Ranks::fused).average().orElse(0));
    }
}
