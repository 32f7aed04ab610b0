package dev.kvasir.cli;

import dev.kvasir.study.StudyModel;
import dev.kvasir.study.StudyPair;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The pair that a study looks into. Mixed into every study of a pair. */
final class StudyTeam {

    @Option(
            names = {"-r", "--receiver"},
            required = true,
            paramLabel = "RECEIVER",
            description = "A model.")
    private String receiver = "";

    @Option(
            names = {"-s", "--sharer"},
            required = true,
            paramLabel = "SHARER",
            description = "A model.")
    private String sharer = "";

    @Option(names = "--fuser", required = true, paramLabel = "FUSER", description = "From sharer to receiver.")
    private String fuser = "";

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    /** Loads the pair, and closes it when the study is done. */
    void with(Consumer<StudyPair> study) {
        var names = new FuseTeam.Names(
                receiver, List.of(sharer), List.of(fuser), compute, FuserArgument.Numbers.SAFETENSORS);
        try (FuseTeam team = FuseTeam.load(names)) {
            FuseTeam.SharingMember sharing = team.sharers().getFirst();
            study.accept(new StudyPair(model(team.receiver()), model(sharing.sharer()), sharing.fuser()));
        }
    }

    private static StudyModel model(FuseTeam.Member member) {
        return new StudyModel(member.checkpoint(), member.model());
    }
}
