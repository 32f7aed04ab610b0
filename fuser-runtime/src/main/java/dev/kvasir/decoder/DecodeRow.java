package dev.kvasir.decoder;

import dev.kvasir.grammar.Constraint;
import dev.kvasir.grammar.TokenGrammar;
import dev.kvasir.model.TokenStream;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.DecodedSpecials;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One row of a generation: what it has so far, and when it ends. */
final class DecodeRow {
    private final int row;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final Sampler sampler;
    private final TokenStream stream;
    private final StopText stop;
    private final @Nullable Constraint constraint;
    private final SeenTokens seen = new SeenTokens();
    private final List<Integer> ids = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private @Nullable FinishReason reason;

    DecodeRow(int row, GenerationRequest request, Tokenizer tokenizer, GenerationListener listener) {
        this.row = row;
        this.request = request;
        this.listener = listener;
        this.sampler = new Sampler(request.sampling(), new SplittableRandom(request.seed()));
        this.stream = tokenizer.stream(DecodedSpecials.DROP);
        this.stop = new StopText(request.stopStrings());
        TokenGrammar grammar = request.grammar();
        this.constraint = grammar == null ? null : grammar.constrain(request.stopIds());
        request.prompt().forEach(seen::add);
    }

    boolean finished() {
        return reason != null;
    }

    List<Integer> prompt() {
        return request.prompt();
    }

    /** What was generated. */
    List<Integer> ids() {
        return Collections.unmodifiableList(ids);
    }

    /** Tokens that may still come. */
    int left() {
        return request.maxTokens() - ids.size();
    }

    int lastId() {
        return ids.getLast();
    }

    /** Whether a token may come next. */
    boolean allows(int id) {
        return constraint == null || constraint.allows(id);
    }

    /** Whether the next token is the one with the highest logit of those that may come. */
    boolean takesBest() {
        return request.sampling().temperature() == 0
                && request.sampling().penalties().none();
    }

    /** Chooses the next token and shows what text it makes certain. */
    void accept(double[] logits) {
        if (constraint != null) {
            constraint.restrict(logits);
        }
        accept(sampler.choose(logits, seen));
    }

    /** Takes a token that was chosen. */
    void accept(int id) {
        seen.add(id);
        ids.add(id);
        if (constraint != null) {
            constraint.accept(id);
        }
        listener.token(row, id);
        if (request.stopIds().contains(id)) {
            finish(FinishReason.STOP_TOKEN);
            return;
        }
        show(stop.next(stream.next(id)));
        if (stop.stopped()) {
            finish(FinishReason.STOP_STRING);
        } else if (constraint != null && constraint.isOver()) {
            finish(FinishReason.COMPLETE);
        } else if (ids.size() == request.maxTokens()) {
            finish(FinishReason.LENGTH);
        }
    }

    void finish(FinishReason why) {
        if (reason == null) {
            show(stop.next(stream.end()) + stop.end());
            reason = stop.stopped() ? FinishReason.STOP_STRING : why;
        }
    }

    Generation result() {
        if (reason == null) {
            throw new IllegalStateException("Row " + row + " of the generation has not ended.");
        }
        return new Generation(ids, text.toString(), reason);
    }

    private void show(String delta) {
        if (!delta.isEmpty()) {
            text.append(delta);
            listener.text(row, delta);
        }
    }
}
