package dev.kvasir.study;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.Gates;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.model.ChatInput;
import dev.kvasir.study.StudyPair.Fusing;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.wire.Candidates;
import dev.kvasir.wire.Recovery;
import dev.kvasir.wire.Recovery.Attack;
import dev.kvasir.wire.ShownCache;
import dev.kvasir.wire.TokenRecovery;
import dev.kvasir.wire.WirePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** How much of what a sharer read can be read back from its cache on the wire, and what a policy for the wire costs. */
public final class InversionStudy {

    private final WirePolicy policy;
    private final long seed;

    /** @param seed of the policy's noise, which is drawn openly: a study has no installation; and of what candidates are drawn */
    public InversionStudy(WirePolicy policy, long seed) {
        this.policy = policy;
        this.seed = seed;
    }

    /**
     * Reads tokens back from a sharer's caches of some turns, each in its own chat template, after the policy.
     *
     * @param candidates among which tokens are looked for
     * @throws StudyException if the policy names a layer that the sharer does not have
     */
    public Recovery recovered(StudyModel sharer, List<String> turns, int candidates, Attack attack) {
        int layers = sharer.checkpoint().config().layers();
        requireLayers(sharer, layers);
        List<ShownCache> shown = new ArrayList<>();
        try {
            for (int i = 0; i < turns.size(); i++) {
                shown.add(read(sharer, turns.get(i), i));
            }
            Set<Integer> truth = new TreeSet<>();
            shown.forEach(cache ->
                    cache.places().forEach(place -> truth.add(cache.ids().get(place))));
            int vocabulary = sharer.checkpoint().config().vocabularySize();
            List<Integer> chosen = Candidates.of(vocabulary, truth, candidates, new Random(seed));
            return new TokenRecovery(sharer.model(), chosen, () -> false).of(shown, attack);
        } finally {
            shown.forEach(cache -> cache.cache().close());
        }
    }

    /** One turn's cache after the policy, which the caller closes. */
    private ShownCache read(StudyModel sharer, String turn, int number) {
        List<Integer> ids = ids(sharer, turn);
        KvCache cache = sharer.model().newCache(1, ids.size());
        try (TensorScope scope = TensorScope.root()) {
            new Prefill(sharer.model(), () -> false).run(scope, Forward.of(ids, cache));
            policy.apply(cache, noise(number));
            return new ShownCache(cache, ids, List.of(), places(sharer, turn, ids), policy.leaving(cache.layers()));
        } catch (RuntimeException | Error fault) {
            cache.close();
            throw fault;
        }
    }

    private static List<Integer> ids(StudyModel sharer, String turn) {
        return sharer.ids(ChatInput.prompt(List.of(ChatInput.message("user", turn))));
    }

    /** Where the turn itself stands: between what is written in the same tokens around another turn. */
    private static List<Integer> places(StudyModel sharer, String turn, List<Integer> ids) {
        List<Integer> other = ids(sharer, turn.startsWith("0") ? "1" : "0");
        int from = 0;
        while (ids.get(from).equals(other.get(from))) {
            from++;
        }
        int tail = 0;
        while (ids.get(ids.size() - 1 - tail).equals(other.get(other.size() - 1 - tail))) {
            tail++;
        }
        return IntStream.range(from, ids.size() - tail).boxed().toList();
    }

    /**
     * Asks a pair's receiver with the sharer's caches as they are, and after the policy.
     *
     * @param progress is told how many questions are done
     */
    public PolicyCost cost(StudyPair pair, List<StudyQuestion> questions, IntConsumer progress) {
        requireLayers(pair.sharer(), pair.sharer().checkpoint().config().layers());
        int exact = 0;
        int kept = 0;
        int lost = 0;
        int gained = 0;
        for (int i = 0; i < questions.size(); i++) {
            StudyQuestion question = questions.get(i);
            AlignedPrompt prompt = pair.aligned(question.turn());
            boolean before = isRight(pair, question, prompt, pair.shared(prompt), FusionSettings.TRAINED);
            Random noise = noise(i);
            SharedCache crossed = pair.crossed(prompt, cache -> policy.apply(cache, noise));
            boolean after = isRight(pair, question, prompt, crossed, settings(pair));
            exact += before ? 1 : 0;
            kept += after ? 1 : 0;
            lost += before && !after ? 1 : 0;
            gained += after && !before ? 1 : 0;
            progress.accept(i + 1);
        }
        return new PolicyCost(questions.size(), exact, kept, lost, gained);
    }

    private static boolean isRight(
            StudyPair pair, StudyQuestion question, AlignedPrompt prompt, SharedCache shared, FusionSettings settings) {
        try (shared) {
            return pair.isRight(question, prompt, shared, new Fusing(prompt.sections(), settings, null));
        }
    }

    /** A receiver's layer whose sharer's layer did not cross is left alone. */
    private FusionSettings settings(StudyPair pair) {
        return new FusionSettings(Gates.TRAINED, 1, pair.layersFrom(policy::lets));
    }

    private Random noise(int number) {
        return new Random(seed * 31 + number);
    }

    private void requireLayers(StudyModel sharer, int layers) {
        List<Integer> named = policy.layers();
        if (named != null && !named.isEmpty() && named.getLast() >= layers) {
            throw new StudyException("The sharer %s has layers 0 to %d; there is no layer %d to let out."
                    .formatted(sharer.model().name(), layers - 1, named.getLast()));
        }
    }
}
