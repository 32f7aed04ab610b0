package dev.kvasir.pocket;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Profile;
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
import dev.kvasir.torch.TorchDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The installed pocket pair, loaded, and what one can ask it. */
final class PocketModels implements AutoCloseable {

    private static final int LONGEST_REPLY = 24;

    private final Checkpoint receiverFiles;
    private final Checkpoint sharerFiles;
    private final LoadedModel receiver;
    private final LoadedModel sharer;
    private final LoadedFuser fuser;
    private final ChatAligner aligner;

    PocketModels(Path home) {
        this(home, TorchDevice.CPU);
    }

    PocketModels(Path home, TorchDevice device) {
        receiverFiles = Checkpoint.open(home.resolve("models").resolve(PocketPair.RECEIVER));
        sharerFiles = Checkpoint.open(home.resolve("models").resolve(PocketPair.SHARER));
        receiver = LoadedModel.load(receiverFiles, Profile.EXACT, device);
        sharer = LoadedModel.load(sharerFiles, Profile.EXACT, device);
        try (FuserCheckpoint files = FuserCheckpoint.open(home.resolve("fusers").resolve(PocketPair.FUSER))) {
            files.requireFit(receiverFiles.config(), sharerFiles.config());
            fuser = LoadedFuser.load(files, ElementType.F32, device);
        }
        aligner = ChatAligner.between(
                receiverFiles.tokenizer(),
                receiverFiles.chatTemplate().orElseThrow(),
                sharerFiles.tokenizer(),
                sharerFiles.chatTemplate().orElseThrow(),
                fuser.description().alignment());
    }

    String receiverAlone(String question) {
        return reply(receiver, receiverFiles, ChatInput.prompt(List.of(ChatInput.message("user", question))));
    }

    String sharerAlone(String question) {
        return reply(sharer, sharerFiles, ChatInput.prompt(List.of(ChatInput.message("user", question))));
    }

    /** The sharer says what one must know; the receiver reads it as an earlier turn. */
    String text(String question) {
        String request = "In one sentence, say what one must know to answer: " + question;
        List<Map<String, @Nullable Object>> turns = new ArrayList<>();
        turns.add(ChatInput.message("user", request));
        turns.add(ChatInput.message("assistant", sharerAlone(request)));
        turns.add(ChatInput.message("user", question));
        return reply(receiver, receiverFiles, ChatInput.prompt(turns));
    }

    AlignedPrompt aligned(String question) {
        return aligner.prompt(ChatInput.prompt(List.of(ChatInput.message("user", question))));
    }

    /**
     * The receiver answers on a fused cache.
     *
     * @param read what the sharer reads; the same conversation, or another of that length
     */
    String fused(AlignedPrompt asked, AlignedPrompt read, FusionSettings settings) {
        return fused(asked, read, settings, CacheCodec.NONE);
    }

    /** Like {@link #fused(AlignedPrompt, AlignedPrompt, FusionSettings)}, with the sharer's cache rounded before it is projected. */
    String fused(AlignedPrompt asked, AlignedPrompt read, FusionSettings settings, CacheCodec codec) {
        FuseRequest request = FuseRequest.of(asked);
        try (TensorScope scope = TensorScope.root();
                SharedCache shared = SharedCache.prefill(sharer, read, () -> false);
                KvCache cache = receiver.newCache(1, asked.length() + LONGEST_REPLY)) {
            shared.round(codec);
            FusedPrompt prompt = new FusedPrefill(
                            receiver, FusionMode.SEQUENTIAL, List.of(new Sharer(shared, fuser, settings)), () -> false)
                    .run(scope, request, cache);
            return new Generator(receiver, receiverFiles.tokenizer())
                    .generate(
                            greedy(asked.receiverIds(), receiverFiles),
                            prompt.prefilled(cache),
                            GenerationListener.NONE)
                    .text();
        }
    }

    private static String reply(LoadedModel model, Checkpoint files, ChatInput input) {
        List<Integer> ids = files.tokenizer()
                .encode(files.chatTemplate().orElseThrow().prompt(input), SpecialTokens.OMIT)
                .ids();
        return new Generator(model, files.tokenizer())
                .generate(greedy(ids, files), GenerationListener.NONE)
                .text();
    }

    private static GenerationRequest greedy(List<Integer> ids, Checkpoint files) {
        return GenerationRequest.greedy(ids, LONGEST_REPLY, files.config().endIds());
    }

    @Override
    public void close() {
        fuser.close();
        receiver.close();
        sharer.close();
        receiverFiles.close();
        sharerFiles.close();
    }
}
