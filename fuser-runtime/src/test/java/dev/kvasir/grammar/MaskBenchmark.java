package dev.kvasir.grammar;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Walks a text under a grammar, token by token. Divide by {@link #tokens} for the time of a step. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class MaskBenchmark {

    static final String TICKET =
            "{\"tag\": \"bug\", \"severity\": 3, \"steps\": [\"Open the page with the report, then wait\", \"press \\\"go\\\"\"]}";
    private static final int SIZE = 150_000;
    private static final String SCHEMA = """
            {'type':'object','properties':{
              'tag':{'enum':['bug','idea','question']},'severity':{'type':'integer','minimum':1,'maximum':5},
              'steps':{'type':'array','items':{'type':'string','maxLength':80},'maxItems':4}},
             'required':['tag','severity','steps']}""";

    /** Holds the tokenizer; if it is empty, a vocabulary is made up. */
    @Param("")
    public String model = "";

    /** Any object, or one of a schema. */
    @Param({"SCHEMA", "OBJECT"})
    public String format = "";

    private JsonGrammar grammar = JsonGrammar.anyObject();
    private TokenVocabulary vocabulary = new TokenVocabulary(PieceTokenizer.instance());
    private TokenGrammar known = new TokenGrammar(grammar, vocabulary);
    private List<Integer> text = List.of();
    private double[] logits = new double[0];

    @Setup
    public void open() {
        if (model.isEmpty()) {
            vocabulary = new TokenVocabulary(madeUp());
            text = TICKET.chars().map(c -> 1 + c).boxed().toList();
        } else {
            try (Checkpoint files = Checkpoint.open(Path.of(model))) {
                vocabulary = new TokenVocabulary(files.tokenizer());
                text = files.tokenizer().encodePlain(TICKET).ids();
            }
        }
        grammar = format.equals("SCHEMA") ? JsonGrammar.of(Language.json(SCHEMA)) : JsonGrammar.anyObject();
        known = new TokenGrammar(grammar, vocabulary);
        logits = new double[vocabulary.size()];
        System.out.println("tokens: " + tokens());
    }

    int tokens() {
        return text.size();
    }

    /** A grammar that nobody has used: every mask is computed. */
    @Benchmark
    public double[] fresh() {
        return walk(new TokenGrammar(grammar, vocabulary).constrain(List.of()));
    }

    /** A grammar that has seen such a text: masks are laid on. */
    @Benchmark
    public double[] known() {
        return walk(known.constrain(List.of()));
    }

    /** The best token is asked about, and taken. */
    @Benchmark
    public boolean best() {
        Constraint constraint = known.constrain(List.of());
        boolean areAllowed = true;
        for (int id : text) {
            areAllowed &= constraint.allows(id);
            constraint.accept(id);
        }
        return areAllowed;
    }

    private double[] walk(Constraint constraint) {
        for (int id : text) {
            Arrays.fill(logits, 1);
            constraint.restrict(logits);
            constraint.accept(id);
        }
        return logits;
    }

    /** Bytes, and words, numbers and signs in the proportions of a vocabulary of that size. */
    private static Tokenizer madeUp() {
        SplittableRandom random = new SplittableRandom(1);
        Set<String> longer = new LinkedHashSet<>();
        while (longer.size() < SIZE - 300) {
            String letters = random.nextInt(5) == 0 ? "é日本ñюøαק" : "etaoinshrdlucmfwypvbgkjqxzETA";
            String alphabet = random.nextInt(16) == 0 ? "\"{}[]:,\\n. ()=<>/" : letters;
            StringBuilder word = new StringBuilder(random.nextInt(3) == 0 ? "" : " ");
            for (int i = random.nextInt(2, 11); i > 0; i--) {
                word.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            longer.add(word.toString());
        }
        List<byte[]> pieces = new ArrayList<>(PieceTokenizer.instance().pieces());
        longer.forEach(word -> pieces.add(word.getBytes(StandardCharsets.UTF_8)));
        return new PieceTokenizer(pieces);
    }
}
