package dev.kvasir.study;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Profile;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.torch.ElementType;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The installed pocket pair, loaded for studies. */
final class PocketStudy implements AutoCloseable {

    final StudyModel receiver;
    final StudyModel sharer;
    final LoadedFuser fuser;
    final StudyPair pair;

    PocketStudy(Path home) {
        PocketPair.install(home);
        receiver = model(home.resolve("models").resolve(PocketPair.RECEIVER));
        sharer = model(home.resolve("models").resolve(PocketPair.SHARER));
        try (FuserCheckpoint files = FuserCheckpoint.open(home.resolve("fusers").resolve(PocketPair.FUSER))) {
            fuser = LoadedFuser.load(files, ElementType.F32);
        }
        pair = new StudyPair(receiver, sharer, fuser);
    }

    private static StudyModel model(Path folder) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        return new StudyModel(checkpoint, LoadedModel.load(checkpoint, Profile.EXACT));
    }

    /** The quiz's first questions. */
    static List<StudyQuestion> questions(int count) {
        return PocketPair.quiz().lines().limit(count).map(PocketStudy::question).toList();
    }

    private static StudyQuestion question(String line) {
        JsonNode node = JsonMapper.shared().readTree(line);
        return new StudyQuestion(
                node.get("id").asString(),
                node.at("/input/question").asString(),
                node.get("expected").asString(),
                List.of());
    }

    static List<String> turns(int count) {
        return questions(count).stream().map(StudyQuestion::turn).toList();
    }

    @Override
    public void close() {
        fuser.close();
        for (StudyModel model : List.of(receiver, sharer)) {
            model.model().close();
            model.checkpoint().close();
        }
    }
}
