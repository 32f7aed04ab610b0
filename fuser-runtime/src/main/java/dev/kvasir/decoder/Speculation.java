package dev.kvasir.decoder;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes several tokens of one sequence in one step where they can be guessed: a {@linkplain PromptLookup draft} is run
 * through the model at once and kept as far as the model would have said the same (Leviathan et al. 2023, for the best
 * token). Weights are read once for all of them.
 *
 * <p>The same tokens come out as without it. Several rows round otherwise than one, so a token that won by less than {@link
 * #SURE}, or that a grammar does not let through, is not taken from a draft's step but computed by itself. Only for sequences that take the best token in the
 * exact profile: the fast one multiplies one row and several by different kernels, and four rows cost it twice as much as one.
 */
final class Speculation {
    /** Logits of one row and of several differ by far less. */
    private static final double SURE = 0.01;

    private static final int LONGEST_DRAFT = 5;

    /** Drafts after which it is seen whether they pay, and tokens without drafts after they did not. */
    private static final int TRIAL = 8;

    private static final int PAUSE = 32;

    private static final double NEWEST = 0.2;

    private final LoadedModel model;
    private final DecodeRow row;
    private final PromptLookup lookup = new PromptLookup();
    private final int promptLength;
    private double nanosAlone;
    private double nanosDrafted;
    private int drafts;
    private int draftedTokens;
    private int pause;

    private Speculation(LoadedModel model, DecodeRow row) {
        this.model = model;
        this.row = row;
        this.promptLength = row.prompt().size();
        lookup.read(row.prompt());
    }

    /** Whether it can be: a row that takes the best token of numbers that hardly depend on how many are computed together. */
    static boolean fits(LoadedModel model, DecodeRow row) {
        boolean exact = model.profile() == Profile.EXACT && model.elementType() != ElementType.BF16;
        return exact
                && row.takesBest()
                && !System.getProperty("kvasir.speculation", "").equals("off");
    }

    static Speculation of(LoadedModel model, DecodeRow row) {
        return new Speculation(model, row);
    }

    /**
     * Decodes some tokens, or one.
     *
     * @param cache of one row without padding; holds everything but the last token
     * @param alone decodes one token without a draft
     */
    void next(KvCache cache, Runnable alone) {
        if (!step(cache)) {
            long start = System.nanoTime();
            alone.run();
            nanosAlone = average(nanosAlone, (double) (System.nanoTime() - start));
        }
    }

    /**
     * Decodes some tokens if it has a draft that may pay.
     *
     * @param cache of one row without padding; holds everything but the last token
     * @return false if nothing was done
     */
    boolean step(KvCache cache) {
        lookup.read(row.ids().subList(lookup.length() - promptLength, row.ids().size()));
        if (pause > 0) {
            pause--;
            return false;
        }
        int room = Math.min(cache.capacity() - cache.length() - 1, row.left() - 1);
        List<Integer> draft = lookup.draft(Math.min(LONGEST_DRAFT, room));
        if (draft.isEmpty()) {
            return false;
        }
        long start = System.nanoTime();
        int taken = verify(draft, cache);
        judge(System.nanoTime() - start, taken);
        return taken > 0;
    }

    private void judge(long nanos, int taken) {
        nanosDrafted += nanos;
        draftedTokens += taken;
        drafts++;
        if (drafts == TRIAL) {
            pause = nanosAlone > 0 && nanosDrafted > nanosAlone * draftedTokens ? PAUSE : 0;
            nanosDrafted = 0;
            draftedTokens = 0;
            drafts = 0;
        }
    }

    private static double average(double before, double now) {
        return before == 0 ? now : before + NEWEST * (now - before);
    }

    /** How many tokens were taken; the cache then holds all but the last of them. */
    private int verify(List<Integer> draft, KvCache cache) {
        List<Integer> ids = new ArrayList<>(List.of(row.lastId()));
        ids.addAll(draft);
        int held = cache.length();
        try (TensorScope scope = TensorScope.root()) {
            BestTokens.Sure best =
                    BestTokens.sure(model.forward(scope, Forward.of(ids, cache).withAllLogits()), SURE);
            int taken = 0;
            boolean agreed = true;
            while (agreed && taken < ids.size() && best.isSure(taken) && !row.finished()) {
                int id = best.id(taken);
                if (!row.allows(id)) {
                    break; // the best that may come is another's to find
                }
                agreed = taken < draft.size() && draft.get(taken) == id;
                row.accept(id);
                taken++;
            }
            cache.truncate(held + taken);
            return taken;
        }
    }
}
