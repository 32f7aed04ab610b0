package dev.kvasir.pocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.Gates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The pocket quiz. It asks the first {@code kvasir.pocket.questions} questions (80); 400 are all, and give the numbers of
 * docs/pocket-pair.md.
 */
class PocketPairIT {

    private static final Logger LOG = LoggerFactory.getLogger(PocketPairIT.class);
    private static final List<JsonNode> QUIZ = PocketPair.quiz()
            .lines()
            .map(JsonMapper.shared()::readTree)
            .limit(Integer.getInteger("kvasir.pocket.questions", 80))
            .toList();

    @TempDir
    private static Path home;

    private static PocketModels models;

    @BeforeAll
    static void install() {
        PocketPair.install(home);
        models = new PocketModels(home);
    }

    @AfterAll
    static void close() {
        models.close();
    }

    @Test
    void installingTwiceChangesNothing() throws IOException {
        Path config = home.resolve("models/pocket-receiver/config.json");
        byte[] before = Files.readAllBytes(config);
        PocketPair.install(home);
        assertThat(config).hasBinaryContent(before);
        try (var models = Files.list(home.resolve("models"))) {
            assertThat(models).hasSize(2);
        }
    }

    @Test
    void theReceiverAloneGuesses() {
        assertThat(share("receiver", models::receiverAlone)).isBetween(0.10, 0.40);
    }

    @Test
    void theSharerKnows() {
        assertThat(share("sharer", models::sharerAlone)).isGreaterThanOrEqualTo(0.90);
    }

    @Test
    void whatTheSharerWritesHelpsTheReceiver() {
        assertThat(share("TEXT", models::text)).isGreaterThanOrEqualTo(0.80);
    }

    @Test
    void theSharersCacheHelpsTheReceiver() {
        assertThat(share("C2C", PocketPairIT::fused)).isGreaterThanOrEqualTo(0.80);
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void aRoundedCacheHelpsTheReceiverAsMuch(CacheCodec codec) {
        List<String> changed = new ArrayList<>();
        double exact = share("C2C", PocketPairIT::fused);
        double rounded = share("C2C, sharer's cache in " + codec.text(), question -> {
            String reply = rounded(question, codec);
            if (!reply.equals(fused(question))) {
                changed.add(question);
            }
            return reply;
        });
        LOG.info("{}: {} of {} replies changed", codec.text(), changed.size(), QUIZ.size());

        assertThat(rounded).isBetween(exact - 0.03, exact + 0.03);
        assertThat(changed).hasSizeLessThanOrEqualTo(QUIZ.size() / 20);
    }

    @Test
    void anotherQuestionsCacheDoesNot() {
        assertThat(share("C2C, shuffled", PocketPairIT::shuffled)).isBetween(0.0, 0.45);
    }

    @Test
    void closedGatesLeaveTheReceiverAsItIs() {
        FusionSettings closed = FusionSettings.TRAINED.with(Gates.CLOSED);
        for (JsonNode item : QUIZ) {
            String question = item.at("/input/question").asString();
            AlignedPrompt asked = models.aligned(question);
            assertThat(models.fused(asked, asked, closed)).isEqualTo(models.receiverAlone(question));
        }
    }

    private static String fused(String question) {
        AlignedPrompt asked = models.aligned(question);
        return models.fused(asked, asked, FusionSettings.TRAINED);
    }

    private static String rounded(String question, CacheCodec codec) {
        AlignedPrompt asked = models.aligned(question);
        return models.fused(asked, asked, FusionSettings.TRAINED, codec);
    }

    /** The sharer reads the next question whose prompt is as long. */
    private static String shuffled(String question) {
        AlignedPrompt asked = models.aligned(question);
        int at = questions().indexOf(question);
        for (int step = 1; step < QUIZ.size(); step++) {
            AlignedPrompt other = models.aligned(questions().get((at + step) % QUIZ.size()));
            if (other.sections().equals(asked.sections()) && sameRelation(at, (at + step) % QUIZ.size())) {
                return models.fused(asked, other, FusionSettings.TRAINED);
            }
        }
        throw new IllegalStateException("No other question is as long as: " + question);
    }

    private static boolean sameRelation(int one, int other) {
        return QUIZ.get(one).at("/metadata/relation").equals(QUIZ.get(other).at("/metadata/relation"));
    }

    private static List<String> questions() {
        return QUIZ.stream().map(item -> item.at("/input/question").asString()).toList();
    }

    private static double share(String arm, Function<String, String> answer) {
        long start = System.nanoTime();
        int right = 0;
        for (JsonNode item : QUIZ) {
            String given = answer.apply(item.at("/input/question").asString());
            right += given.strip().equals(item.get("expected").asString()) ? 1 : 0;
        }
        LOG.info(String.format(
                Locale.ROOT,
                "%s: %d of %d right (%.1f %%), %.1f ms a question",
                arm,
                right,
                QUIZ.size(),
                100.0 * right / QUIZ.size(),
                (System.nanoTime() - start) / 1e6 / QUIZ.size()));
        return (double) right / QUIZ.size();
    }
}
