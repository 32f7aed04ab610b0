package dev.kvasir.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GrammarPropertiesTest {

    private static final int SEEDS = 300;
    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final PieceTokenizer TOKENIZER = PieceTokenizer.instance();
    private static final TokenVocabulary VOCABULARY = new TokenVocabulary(TOKENIZER);

    static IntStream seeds() {
        return IntStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverTheMaskLetsThroughFitsTheSchema(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        JsonNode schema = new RandomSchemas(random).any(3).schema();
        Schema judge = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);
        TokenGrammar grammar = new TokenGrammar(JsonGrammar.of(schema), VOCABULARY);
        for (int walk = 0; walk < 4; walk++) {
            String text = walked(grammar, random);
            assertThat(judge.validate(STRICT.readTree(text)))
                    .as("%s of %s", text, schema)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatFitsTheSchemaInItsOrderCanBeWritten(int seed) {
        RandomSchemas.Sample sample = new RandomSchemas(new SplittableRandom(seed)).any(3);
        Language language = Language.of(sample.schema());
        for (int i = 0; i < 10; i++) {
            String text = sample.text().get();
            assertThat(language.has(text)).as("%s of %s", text, sample.schema()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theMaskIsWhatEachTokenByItselfMayDo(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        JsonNode schema = new RandomSchemas(random).any(2).schema();
        Constraint constraint =
                new TokenGrammar(JsonGrammar.of(schema), VOCABULARY).constrain(List.of(PieceTokenizer.END));
        for (int step = 0; step < 30 && !constraint.isOver(); step++) {
            List<Integer> allowed = allowed(constraint);
            assertThat(IntStream.range(0, TOKENIZER.size()).filter(constraint::allows))
                    .as("%s", schema)
                    .containsExactlyElementsOf(allowed);
            int next = allowed.get(random.nextInt(allowed.size()));
            if (next == PieceTokenizer.END) {
                return;
            }
            constraint.accept(next);
        }
    }

    @Test
    void anyObjectNeverHasANameTwice() {
        TokenGrammar grammar = new TokenGrammar(JsonGrammar.anyObject(), VOCABULARY);
        SplittableRandom random = new SplittableRandom(7);
        for (int walk = 0; walk < 200; walk++) {
            assertThat(STRICT.readTree(walked(grammar, random)).isObject()).isTrue();
        }
    }

    @Test
    void twoTextsUnderOneGrammarDoNotDisturbEachOther() {
        TokenGrammar grammar = new TokenGrammar(
                JsonGrammar.of(Language.json("{'type':'object','properties':{'a':{'type':'integer'}}}")), VOCABULARY);
        Constraint one = grammar.constrain(List.of(PieceTokenizer.END));
        Constraint other = grammar.constrain(List.of(PieceTokenizer.END));
        one.accept(1 + '{');
        assertThat(other.allows(1 + '}')).isFalse();
        assertThat(one.allows(1 + '}')).isTrue();
        assertThat(one.allows(PieceTokenizer.END)).isFalse();
        one.accept(1 + '}');
        assertThat(one.isOver()).isTrue();
        assertThat(one.allows(PieceTokenizer.END)).isTrue();
        assertThat(allowed(one)).containsExactly(PieceTokenizer.END);
    }

    /** Tokens by chance, rather those that close something, until the value ends. */
    private static String walked(TokenGrammar grammar, SplittableRandom random) {
        Constraint constraint = grammar.constrain(List.of(PieceTokenizer.END));
        List<Integer> ids = new ArrayList<>();
        while (!constraint.isOver()) {
            List<Integer> allowed = allowed(constraint);
            assertThat(allowed).as("behind %s", TOKENIZER.text(ids)).isNotEmpty();
            List<Integer> closing = allowed.stream()
                    .filter(id -> "\"}]".indexOf(TOKENIZER.bytes(id)[0]) >= 0)
                    .toList();
            boolean closes = !closing.isEmpty() && (ids.size() > 150 || random.nextInt(4) == 0);
            List<Integer> from = closes ? closing : allowed;
            int next = from.get(random.nextInt(from.size()));
            if (next == PieceTokenizer.END) {
                return TOKENIZER.text(ids);
            }
            constraint.accept(next);
            ids.add(next);
        }
        return TOKENIZER.text(ids);
    }

    private static List<Integer> allowed(Constraint constraint) {
        double[] logits = new double[TOKENIZER.size() + 3];
        Arrays.fill(logits, 1);
        constraint.restrict(logits);
        return IntStream.range(0, logits.length)
                .filter(id -> logits[id] == 1)
                .boxed()
                .toList();
    }
}
