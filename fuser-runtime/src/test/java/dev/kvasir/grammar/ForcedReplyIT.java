package dev.kvasir.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kvasir.decoder.ContinuousBatch;
import dev.kvasir.decoder.FinishReason;
import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.Generation;
import dev.kvasir.decoder.GenerationListener;
import dev.kvasir.decoder.GenerationRequest;
import dev.kvasir.decoder.Generator;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.decoder.Profile;
import dev.kvasir.decoder.SamplingSettings;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The pocket sharer, which was never taught JSON, held to schemas. */
class ForcedReplyIT {

    private static final SamplingSettings WILD = new SamplingSettings(1.5, 40, 0.95, 0.01, 1.1);
    private static final JsonNode TICKET = Language.json("""
            {'type':'object','properties':{
              'tag':{'enum':['bug','idea','question']},
              'severity':{'type':'integer','minimum':1,'maximum':5},
              'notes':{'type':'array','items':{'type':'string','maxLength':12},'maxItems':3},
              'sure':{'type':'number','minimum':0,'maximum':1}},
             'required':['tag','severity','notes']}""");

    @TempDir
    private static Path home;

    private static Checkpoint files;
    private static LoadedModel exact;
    private static LoadedModel fast;
    private static TokenVocabulary vocabulary;

    @BeforeAll
    static void load() {
        PocketPair.install(home);
        files = Checkpoint.open(home.resolve("models").resolve(PocketPair.SHARER));
        exact = LoadedModel.load(files, Profile.EXACT);
        fast = LoadedModel.load(files, Profile.FAST);
        vocabulary = new TokenVocabulary(files.tokenizer());
    }

    @AfterAll
    static void unload() {
        fast.close();
        exact.close();
        files.close();
    }

    @AfterEach
    void switchOnAgain() {
        System.clearProperty("kvasir.speculation");
    }

    @ParameterizedTest
    @EnumSource
    void greedyAndSampledRepliesOfBothProfilesFitTheirSchema(Profile profile) {
        LoadedModel model = profile == Profile.EXACT ? exact : fast;
        fitting(generate(model, ticket("Tell about a kelgat.", 400)));
        for (int seed = 0; seed < 8; seed++) {
            fitting(generate(model, ticket("What does a wexkus hold?", 400).withSampling(WILD, seed)));
        }
    }

    @Test
    void eachRowOfABatchIsHeldToItsOwnAndAFreeOneToNothing() {
        GenerationRequest free = request("Tell about a kelgat.", 30);
        GenerationRequest integer = free.withGrammar(grammar("{'type':'integer','minimum':100,'maximum':999}"));
        GenerationRequest constant = free.withGrammar(grammar("{'const':['kelgat']}"));

        List<Generation> together =
                generator(exact).generateAll(List.of(free, integer, constant), GenerationListener.NONE);

        assertThat(together.get(0)).isEqualTo(generate(exact, free));
        assertThat(together.get(1).text()).matches(" ?\\n?\\s*[1-9]\\d\\d");
        assertThat(together.get(2).text().strip()).isEqualTo("[\"kelgat\"]");
    }

    @Test
    void guessedTokensChangeNothing() {
        GenerationRequest request = request(
                        "Repeat [\"kelgat\",\"kelgat\",\"kelgat\"] and again [\"kelgat\",\"kelgat\",", 60)
                .withGrammar(grammar("{'type':'array','items':{'enum':['kelgat','wexkus']},'minItems':6}"));
        System.setProperty("kvasir.speculation", "off");
        Generation without = generate(exact, request);
        System.clearProperty("kvasir.speculation");

        assertThat(generate(exact, request)).isEqualTo(without);
        assertThat(throughABatch(request)).isEqualTo(without);
    }

    @Test
    void aReplyEndsWithItsValueOrWhereItsTokensDo() {
        Generation whole = generate(exact, ticket("Tell about a kelgat.", 400));
        assertThat(whole.reason()).isEqualTo(FinishReason.COMPLETE);
        assertThat(files.config().endIds()).doesNotContainAnyElementsOf(whole.ids());

        Generation cut = generate(exact, ticket("Tell about a kelgat.", 5));
        assertThat(cut.reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(whole.text()).startsWith(cut.text());
    }

    @Test
    void aStopStringCutsJsonLikeAnyText() {
        Generation cut = generate(exact, ticket("Tell about a kelgat.", 400).withStopStrings(List.of("severity")));
        assertThat(cut.reason()).isEqualTo(FinishReason.STOP_STRING);
        assertThat(cut.text()).endsWith("\"");
    }

    @Test
    void whatIsStreamedIsTheText() {
        StringBuilder heard = new StringBuilder();
        Generation whole = generator(exact).generate(ticket("Tell about a kelgat.", 400), new GenerationListener() {
            @Override
            public void text(int row, String delta) {
                heard.append(delta);
            }
        });
        assertThat(heard).hasToString(whole.text());
    }

    private static void fitting(Generation reply) {
        Schema judge = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(TICKET);
        assertThat(reply.reason()).as(reply.text()).isEqualTo(FinishReason.COMPLETE);
        assertThat(judge.validate(Language.json(reply.text()))).as(reply.text()).isEmpty();
    }

    private static TokenGrammar grammar(String schema) {
        return new TokenGrammar(JsonGrammar.of(Language.json(schema)), vocabulary);
    }

    private static GenerationRequest ticket(String question, int tokens) {
        return request(question, tokens).withGrammar(new TokenGrammar(JsonGrammar.of(TICKET), vocabulary));
    }

    private static GenerationRequest request(String question, int tokens) {
        ChatInput input = ChatInput.prompt(List.of(ChatInput.message("user", question)));
        List<Integer> ids = files.tokenizer()
                .encode(files.chatTemplate().orElseThrow().prompt(input), SpecialTokens.OMIT)
                .ids();
        return GenerationRequest.greedy(ids, tokens, files.config().endIds());
    }

    private static Generator generator(LoadedModel model) {
        return new Generator(model, files.tokenizer());
    }

    private static Generation generate(LoadedModel model, GenerationRequest request) {
        return generator(model).generate(request, GenerationListener.NONE);
    }

    private static Generation throughABatch(GenerationRequest request) {
        try (ContinuousBatch batch = new ContinuousBatch(exact, files.tokenizer(), 2);
                KvCache cache = exact.newCache(1, request.prompt().size() + request.maxTokens());
                TensorScope scope = TensorScope.root()) {
            var logits = new Prefill(exact, () -> false).run(scope, Forward.of(request.prompt(), cache));
            return batch.generate(
                    request, new Generator.Prefilled(cache, logits, new ArrayList<>()), GenerationListener.NONE);
        }
    }
}
