package dev.kvasir.cli;

import dev.kvasir.study.StudyModel;
import dev.kvasir.study.StudyPair;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A receiver, a sharer and their fuser. Mixed into commands about a pair. */
final class PairOptions {

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

    /** Loads the pair for a study, and closes it when that is done. */
    void with(Consumer<StudyPair> study) {
        withTeam(team -> {
            FuseTeam.SharingMember sharing = team.sharers().getFirst();
            study.accept(new StudyPair(model(team.receiver()), model(sharing.sharer()), sharing.fuser()));
        });
    }

    /** Loads the pair, and closes it when {@code use} is done. */
    void withTeam(Consumer<FuseTeam> use) {
        var names = new FuseTeam.Names(
                receiver, List.of(sharer), List.of(fuser), compute, FuserArgument.Numbers.SAFETENSORS);
        try (FuseTeam team = FuseTeam.load(names)) {
            use.accept(team);
        }
    }

    /** The same for a pair that was named otherwise; {@code study} gets the sharer too. */
    static void with(
            String receiver,
            String sharer,
            String fuser,
            ComputeOptions compute,
            BiConsumer<StudyPair, StudyModel> study) {
        var names = new FuseTeam.Names(
                receiver, List.of(sharer), List.of(fuser), compute, FuserArgument.Numbers.SAFETENSORS);
        try (FuseTeam team = FuseTeam.load(names)) {
            FuseTeam.SharingMember sharing = team.sharers().getFirst();
            StudyModel shared = model(sharing.sharer());
            study.accept(new StudyPair(model(team.receiver()), shared, sharing.fuser()), shared);
        }
    }

    private static StudyModel model(FuseTeam.Member member) {
        return new StudyModel(member.checkpoint(), member.model());
    }
}
