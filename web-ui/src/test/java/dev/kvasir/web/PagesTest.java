package dev.kvasir.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.graph.Problem;
import dev.kvasir.operation.OperationState;
import dev.kvasir.operation.training.TrainingLog;
import dev.kvasir.pool.FuserRecord;
import dev.kvasir.web.fuser.FuserRow;
import dev.kvasir.web.fuser.FusersPage;
import dev.kvasir.web.fuser.TrainingPage;
import dev.kvasir.web.fuser.TrainingRow;
import dev.kvasir.web.graph.ChangesPage;
import dev.kvasir.web.graph.GraphPage;
import dev.kvasir.web.graph.GraphsPage;
import dev.kvasir.web.home.HomePage;
import dev.kvasir.web.run.ComparePage;
import dev.kvasir.web.run.RunPage;
import dev.kvasir.web.run.RunSummary;
import dev.kvasir.web.run.RunsPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.thymeleaf.context.WebContext;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import org.thymeleaf.web.servlet.JakartaServletWebApplication;

class PagesTest {

    private static final SpringTemplateEngine ENGINE = engine();

    static List<Arguments> pages() {
        RunSummary text = RunSummary.of(Samples.text().run());
        RunSummary cache = RunSummary.of(Samples.cache().run());
        return List.of(
                Arguments.of("home/login", Map.of()),
                Arguments.of("frame/missing", Map.of()),
                Arguments.of("home/home", new HomePage(text, cache, List.of(cache, text), "coder_writer")),
                Arguments.of("home/home", new HomePage(null, null, List.of(), null)),
                Arguments.of("graph/graphs", graphs()),
                Arguments.of("graph/graphs", new GraphsPage(List.of())),
                Arguments.of("graph/graph", graph()),
                Arguments.of("graph/changes", changes()),
                Arguments.of("graph/changes", new ChangesPage("g", "1", "draft", List.of(), null)),
                Arguments.of(
                        "graph/changes", new ChangesPage("g", "1", "9", List.of(), "There is no v9 of this graph.")),
                Arguments.of("run/runs", new RunsPage(List.of(cache, text), "next")),
                Arguments.of("run/runs", new RunsPage(List.of(), null)),
                Arguments.of("run/run", RunPage.of(Samples.cache())),
                Arguments.of("run/run", RunPage.of(Samples.text())),
                Arguments.of("run/run", RunPage.of(Samples.waiting())),
                Arguments.of("fuser/fusers", fusers()),
                Arguments.of("fuser/fusers", new FusersPage(List.of(), List.of(), false, null, List.of())),
                Arguments.of("fuser/training", training(OperationState.QUEUED, 0)),
                Arguments.of("fuser/training", training(OperationState.RUNNING, 100)),
                Arguments.of("fuser/training", training(OperationState.SUCCEEDED, 288)),
                Arguments.of("fuser/training", training(OperationState.FAILED, 0)),
                Arguments.of("fuser/training", TrainingPage.of(log())),
                Arguments.of("run/compare", ComparePage.of(RunPage.of(Samples.text()), RunPage.of(Samples.cache()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void everyPageHasOneHeadingAndNothingInline(String template, Object page) {
        String html = render(template, page);

        assertThat(html.split("<h1", -1)).hasSize(2);
        assertThat(html)
                .contains("<html lang=\"en\"", "class=\"skip\"", "<main id=\"content\"")
                .doesNotContain(" style=", " onclick=", "javascript:", "th:")
                .doesNotContainPattern("<script(?![^>]*src=)")
                .doesNotContainPattern("<table[^>]*>\\s*<thead");
    }

    @Test
    void aRunSaysWhatCrossedAndHowLongItTook() {
        String html = render("run/run", RunPage.of(Samples.cache()));

        assertThat(html)
                .contains(
                        "She serves the house of Tarn.",
                        "683 ms",
                        "1.4 MiB",
                        "cacheBytes: 1474560 bytes",
                        "AS_REQUESTED")
                .contains("Nothing was decoded: only its KV cache was handed over.")
                .contains("coder to writer over C2C")
                .doesNotContain("data-stream");
    }

    @Test
    void whatARunWaitsForIsAskedWithItsFormAndWhatWasWrongWithTheLastAnswer() {
        String html = render("run/run", RunPage.of(Samples.waiting()));

        assertThat(html)
                .contains(
                        "&#39;gate&#39; waits for a person",
                        "May &lt;b&gt;this&lt;/b&gt; be sent?",
                        "For ann, ben. ",
                        "Until 2026-11-26 03:00 UTC.",
                        "Values required property &#39;why&#39; not found")
                .contains("name=\"in.why\"", "value=\"5\"", "value=\"approve\"", "value=\"reject\"");
        assertThat(render("run/run", RunPage.of(Samples.text()))).doesNotContain("waits for a person");
    }

    @Test
    void whatAModelWroteIsTextAndNeverMarkup() {
        String html = render(
                "run/run", RunPage.of(Samples.answering("<script>window.__xss = 1</script><img src=x onerror=1>")));

        assertThat(html).contains("&lt;script&gt;window.__xss").doesNotContain("<script>window", "<img src=x");
    }

    @Test
    void twoRunsAreComparedFieldByField() {
        assertThat(render("run/compare", ComparePage.of(RunPage.of(Samples.text()), RunPage.of(Samples.cache()))))
                .contains("−61 %", "She serves the house of Vael.", "She serves the house of Tarn.");
    }

    @Test
    void aTrainingThatGoesOnShowsItsLossesAsAPictureAndAsATableAndCanBeStopped() {
        String html = render("fuser/training", training(OperationState.RUNNING, 100));

        assertThat(html)
                .contains(
                        "data-stream=\"/api/v1/operations/operation_",
                        "/events\"",
                        "Cancel this training",
                        "100 of 288")
                .contains("aria-label=\"Training loss from 5.948 at step 1 to 0.901 at step 100 of 288."
                        + " Held-out loss measured 4 times, lowest 1.1800 at step 96.\"")
                .contains("loss, nats per token", "optimiser step", "<td class=\"number\">1.1800</td>", "8 of 8")
                .contains("Time left", "3 min");
        assertThat(html.split("class=\"dot best\" r", -1)).as("one a picture").hasSize(3);
    }

    @Test
    void aTrainingThatHasEndedIsNotFollowedAndSaysWhatCameOfIt() {
        assertThat(render("fuser/training", training(OperationState.SUCCEEDED, 288)))
                .doesNotContain("data-stream", "Cancel this training", "Time left")
                .contains("registered as lessons", "0.7000", "6.1000", "1530 + 170", "5 min");
        assertThat(render("fuser/training", training(OperationState.FAILED, 0)))
                .contains("line 3: it is &lt;b&gt;not&lt;/b&gt; JSON.")
                .doesNotContain("<svg class=\"loss");
    }

    @Test
    void aTrainingOfTheCommandLineIsLookedAtAgainWhileItsFileGrows() {
        assertThat(render("fuser/training", TrainingPage.of(log())))
                .contains(
                        "hx-trigger=\"every 3s\"",
                        "training/tried/metrics.jsonl",
                        "hx-get=\"/fusers/trainings/tried/state\"")
                .doesNotContain("data-stream", "Cancel this training");
    }

    @Test
    void fusersAreListedWithTheirGatesAndLossesAndTheFormIsForThoseWhoMay() {
        assertThat(render("fuser/fusers", fusers()))
                .contains("7 of 8", "0.7000", "4 layers, 3 × 16 → 4 layers, 2 × 32", "step 100 of 288", "Train a fuser")
                .contains("<option value=\"pocket-receiver\" selected=\"selected\">")
                .contains("The training was not started", "hx-trigger=\"every 3s\"");
        assertThat(render("fuser/fusers", new FusersPage(List.of(), List.of(), false, null, List.of())))
                .contains("No fuser yet")
                .doesNotContain("Train a fuser", "hx-trigger");
    }

    private static TrainingPage training(OperationState state, int steps) {
        return TrainingPage.of(Trainings.training(state), Trainings.points(steps), true);
    }

    private static TrainingLog log() {
        return new TrainingLog("tried", Trainings.points(30), Samples.START, true);
    }

    private static FusersPage fusers() {
        FuserRecord fuser = new FuserRecord(
                "pocket",
                "f0",
                new FuserRecord.End("pocket-sharer", "", 4, 3, 16),
                new FuserRecord.End("pocket-receiver", "", 4, 2, 32),
                276_000,
                7,
                8,
                true,
                null,
                Samples.START);
        return new FusersPage(
                List.of(FuserRow.of(fuser, 0.7)),
                List.of(
                        TrainingRow.of(Trainings.training(OperationState.RUNNING)),
                        TrainingRow.of(Trainings.training(OperationState.SUCCEEDED)),
                        TrainingRow.of(log())),
                true,
                new FusersPage.Form(
                        List.of("pocket-sharer", "pocket-receiver"),
                        FusersPage.Values.usual(List.of("pocket-sharer", "pocket-receiver"))),
                List.of("'pace.epochs' is a whole number from 1, not 0."));
    }

    private static ChangesPage changes() {
        return new ChangesPage(
                "coder_writer",
                "1",
                "2",
                List.of(
                        new ChangesPage.Row(new Mark("added", "+", "good"), "node critic (agent)", "", ""),
                        new ChangesPage.Row(
                                new Mark("changed", "~", "quiet"),
                                "node writer: prompt.user",
                                "<b>old</b>",
                                "line\n<i>new</i>")),
                null);
    }

    @Test
    void changesAreToldWithBothTextsAndNeverAsMarkup() {
        assertThat(render("graph/changes", changes()))
                .contains("coder_writer, v1 → v2", "added", "node critic (agent)")
                .contains("<del>&lt;b&gt;old&lt;/b&gt;</del>", "<ins>line\n&lt;i&gt;new&lt;/i&gt;</ins>")
                .doesNotContain("<b>old", "No differences");
        assertThat(render("graph/changes", new ChangesPage("g", "1", "draft", List.of(), null)))
                .contains("v1 → draft", "No differences.")
                .doesNotContain("<del", "<ins");
        assertThat(render("graph/graph", graph()))
                .contains(
                        "What changed",
                        "hx-get=\"/graphs/coder_writer/changes/state\"",
                        "action=\"/graphs/coder_writer/changes\"")
                .contains("<option value=\"draft\" selected=\"selected\">");
    }

    private static GraphsPage graphs() {
        return new GraphsPage(List.of(
                new GraphsPage.Row("coder_writer", "Coder and writer", 1, List.of("C2C"), "2026-11-25 03:00 UTC")));
    }

    @Test
    void aRunIsOfferedOverTextFirstUnlessAnEdgeGuardsItsCache() {
        String both = "value=\"BOTH\" checked=\"checked\"";
        String published = "value=\"\" checked=\"checked\"";

        assertThat(render("graph/graph", graph(false))).contains(both).doesNotContain(published);
        assertThat(render("graph/graph", graph(true))).contains(published).doesNotContain(both);
    }

    @Test
    void aRunTellsWhatCrossedTheWireAndWhatCanBeReadBack() {
        assertThat(render("run/run", RunPage.of(Samples.cache())))
                .contains("On the wire", "INT8", "0.5 σ", "8 % (1 of 12)", "75 % (9 of 12)", "each among 256 tokens");
        assertThat(render("run/run", RunPage.of(Samples.text()))).doesNotContain("On the wire");
    }

    @Test
    void aRunTellsHowACacheTravelled() {
        assertThat(render("run/run", RunPage.of(Samples.cache())))
                .contains(
                        "coder_writer: the cache left pool edge (worker near) for pool default, 4.0 KiB sealed, sent in 3 ms; it"
                                + " waited for 250 ms and was opened in 7 ms by worker far.");
        assertThat(render("run/run", RunPage.of(Samples.text()))).doesNotContain("the cache left pool");
    }

    private static GraphPage graph() {
        return graph(false);
    }

    private static GraphPage graph(boolean isGuarded) {
        return new GraphPage(
                "coder_writer",
                "Coder and writer",
                1,
                Drawing.of(Samples.graph()),
                List.of(new GraphPage.EdgeRow(
                        "coder_writer", "coder", "writer", "C2C", "fuser pocket, may fall back to TEXT", isGuarded)),
                List.of(new GraphPage.VersionRow(1, "9fd93eb9", "first", "2026-11-25 03:00 UTC")),
                List.of(new InputForm.Field("question", "question", InputForm.Field.Kind.TEXT, true, Samples.QUESTION)),
                List.of("coder_writer"),
                List.of(RunSummary.of(Samples.cache().run())),
                List.of(new Problem(
                        Problem.Rule.G39,
                        Problem.Severity.WARNING,
                        "/edges/2/link/fallback",
                        null,
                        null,
                        "Edge 'coder_writer' may fall back to TEXT.",
                        null)),
                List.of("Input at /question: is not a string."));
    }

    private static String render(String template, Object page) {
        var exchange = JakartaServletWebApplication.buildApplication(new MockServletContext())
                .buildExchange(new MockHttpServletRequest(), new MockHttpServletResponse());
        WebContext context = new WebContext(exchange, Locale.ENGLISH, Map.of("page", page));
        String html = ENGINE.process(template, context);
        String folder = System.getProperty("kvasir.pages");
        if (folder != null) {
            keep(Path.of(folder), template, html);
        }
        return html;
    }

    private static void keep(Path folder, String template, String html) {
        try (Stream<Path> files = Files.list(folder)) {
            String name = template.replace('/', '-') + "-" + files.count() + ".html";
            Files.writeString(folder.resolve(name), html);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SpringTemplateEngine engine() {
        ClassLoaderTemplateResolver resolver = new ClassLoaderTemplateResolver();
        resolver.setPrefix("templates/");
        resolver.setSuffix(".html");
        resolver.setCharacterEncoding("UTF-8");
        SpringTemplateEngine engine = new SpringTemplateEngine();
        engine.setTemplateResolver(resolver);
        return engine;
    }
}
