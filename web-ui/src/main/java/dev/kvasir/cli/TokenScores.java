package dev.kvasir.cli;

import dev.kvasir.model.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The best tokens of one position, and how they are printed: {@code id token logit logprob}. */
record TokenScores(List<Row> top) {

    TokenScores {
        top = List.copyOf(top);
    }

    /** One token. */
    record Row(int id, String token, double logit, double logprob) {

        String line() {
            return String.format(Locale.ROOT, "%d %s %.6f %.6f", id, token, logit, logprob);
        }
    }

    /** @param logits over the whole vocabulary */
    static TokenScores of(double[] logits, int count, Tokenizer tokenizer) {
        double max = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElse(0);
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - max);
        }
        double normaliser = max + Math.log(sum);
        List<Row> rows = new ArrayList<>();
        IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparingInt(id -> id))
                .limit(count)
                .forEach(id -> rows.add(new Row(id, Pieces.shown(tokenizer, id), logits[id], logits[id] - normaliser)));
        return new TokenScores(rows);
    }

    void print(Output output) {
        if (output.isJson()) {
            output.json(this);
            return;
        }
        top.forEach(row -> output.line(row.line()));
    }
}
