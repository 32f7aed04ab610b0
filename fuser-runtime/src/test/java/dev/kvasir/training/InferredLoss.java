package dev.kvasir.training;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.LogLikelihood;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.ChatAligner;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FusedPrefill;
import dev.kvasir.fuser.FusedPrompt;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FusionMode;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.fuser.Sharer;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A reply's mean loss behind a fused prompt, computed as inference computes. */
final class InferredLoss implements AutoCloseable {

    private final Checkpoint receiver;
    private final Checkpoint sharer;
    private final LoadedModel receiving;
    private final LoadedModel sharing;
    private final LoadedFuser fuser;

    InferredLoss(Path home, Path fuser) {
        receiver = Checkpoint.open(home.resolve("models/pocket-receiver"));
        sharer = Checkpoint.open(home.resolve("models/pocket-sharer"));
        receiving = LoadedModel.load(receiver, ElementType.F32);
        sharing = LoadedModel.load(sharer, ElementType.F32);
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(fuser)) {
            this.fuser = LoadedFuser.load(checkpoint, ElementType.F32);
        }
    }

    double of(String chat) {
        JsonNode messages = JsonMapper.shared().readTree(chat).get("messages");
        var asked = ChatInput.message("user", messages.get(0).get("content").asString());
        var replied =
                ChatInput.message("assistant", messages.get(1).get("content").asString());
        AlignedPrompt aligned = ChatAligner.between(
                        receiver.tokenizer(),
                        receiver.chatTemplate().orElseThrow(),
                        sharer.tokenizer(),
                        sharer.chatTemplate().orElseThrow(),
                        fuser.description())
                .prompt(ChatInput.prompt(List.of(asked)));
        FuseRequest request = FuseRequest.of(aligned);
        List<Integer> prompt = request.prompt().ids().getFirst();
        List<Integer> reply = reply(new ChatInput(List.of(asked, replied), null, false, Map.of()), prompt);
        try (SharedCache shared = SharedCache.prefill(sharing, aligned, () -> false);
                KvCache cache = receiving.newCache(1, prompt.size() + reply.size());
                TensorScope scope = TensorScope.root()) {
            FusedPrompt fused = new FusedPrefill(
                            receiving,
                            FusionMode.SEQUENTIAL,
                            List.of(new Sharer(shared, fuser, FusionSettings.TRAINED)),
                            () -> false)
                    .run(scope, request, cache);
            cache.truncate(prompt.size() - 1);
            return -LogLikelihood.behind(receiving, fused.prefilled(cache), prompt.getLast(), List.of(reply))
                    .getFirst()
                    .mean();
        }
    }

    /** What of the finished chat stands behind the prompt's tokens, pads left aside. */
    private List<Integer> reply(ChatInput chat, List<Integer> prompt) {
        List<Integer> whole = receiver.tokenizer()
                .encode(receiver.chatTemplate().orElseThrow().prompt(chat), SpecialTokens.OMIT)
                .ids();
        int pads = (int) prompt.stream()
                .filter(id -> receiver.tokenizer().specialIds().pad().orElse(-1) == id)
                .count();
        return whole.subList(prompt.size() - pads, whole.size());
    }

    @Override
    public void close() {
        fuser.close();
        sharing.close();
        receiving.close();
        sharer.close();
        receiver.close();
    }
}
