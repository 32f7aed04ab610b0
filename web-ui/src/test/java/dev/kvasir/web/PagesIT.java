package dev.kvasir.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.KvasirApplication;
import dev.kvasir.access.SignInLinks;
import dev.kvasir.access.Users;
import dev.kvasir.library.Draft;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.run.RunId;
import dev.kvasir.run.Runs;
import dev.kvasir.run.StartRun;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The pages as a browser gets them: the whole server, a real database. */
class PagesIT {

    private static final String GRAPH = """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"changed",
             "nodes":[{"id":"input","kind":"input"},{"id":"a","kind":"agent","model":"echo","prompt":{"user":"%s"}},
                      {"id":"output","kind":"output","outputs":{"answer":"{{ a.text }}"}}],
             "edges":[{"id":"input_a","from":"input","to":"a"},{"id":"a_output","from":"a","to":"output"}]}""";

    private static final String ASKED = """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"asked",
             "nodes":[{"id":"input","kind":"input"},
                      {"id":"person","kind":"human","prompt":"May this be sent? {{ input.mail }}",
                       "form":{"type":"object","required":["stars"],"properties":{"stars":{"type":"integer"}}}},
                      {"id":"output","kind":"output","outputs":{"answer":"sent with {{ person.json.stars }}"}}],
             "edges":[{"id":"input_person","from":"input","to":"person"},
                      {"id":"person_output","from":"person","to":"output","fromPort":"approve"}]}""";

    private static EmbeddedPostgres postgres;
    private static ConfigurableApplicationContext server;
    private static String address;

    private final HttpClient browser =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    @BeforeAll
    static void start(@TempDir Path home) throws IOException {
        postgres = EmbeddedPostgres.start();
        server = new SpringApplicationBuilder(KvasirApplication.class)
                .profiles("serve")
                .run(
                        "--server.port=0",
                        "--spring.session.jdbc.initialize-schema=never",
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--kvasir.pool.home=" + home);
        address = "http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        postgres.close();
    }

    @Test
    void withoutASessionOnlyTheSignInPageIsShown() throws Exception {
        HttpResponse<String> page = get("/runs");
        assertThat(page.statusCode()).isEqualTo(302);
        assertThat(page.headers().firstValue("Location")).hasValue(address + "/login");

        assertThat(get("/login").body()).contains("<h1>Sign in</h1>", "./kvasir up");
    }

    @Test
    void aSignedInVisitorSeesTheFirstPageItsStylesAndNoScriptInline() throws Exception {
        signIn();
        HttpResponse<String> home = get("/");

        assertThat(home.statusCode()).isEqualTo(200);
        assertThat(home.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
        Matcher style = Pattern.compile("/assets/kvasir-[0-9a-f]{32}\\.css").matcher(home.body());
        assertThat(style.find()).isTrue();
        HttpResponse<String> css = get(style.group());
        assertThat(css.statusCode()).isEqualTo(200);
        assertThat(css.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
        Matcher htmx = Pattern.compile("/assets/htmx\\.min-[0-9a-f]{32}\\.js").matcher(home.body());
        assertThat(htmx.find()).isTrue();
        assertThat(get(htmx.group()).body()).contains("htmx");
    }

    @Test
    void listsStandEmptyAndWhatIsNotThereIsAPageToo() throws Exception {
        signIn();

        assertThat(get("/graphs").body()).contains("No graph yet");
        assertThat(get("/runs").body()).contains("No run yet");
        assertThat(get("/fusers").body()).contains("No fuser yet", "Train a fuser");
        assertThat(get("/fusers/trainings/operation_00000000000000000000000000000000")
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> missing = get("/runs/run_00000000000000000000000000000000");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("<h1>Not found</h1>");
    }

    @Test
    void twoVersionsOfAGraphAreComparedOnAPageAndOnAPartOfIt() throws Exception {
        UUID owner = server.getBean(Users.class).owner().userId();
        GraphLibrary library = server.getBean(GraphLibrary.class);
        StoredGraph graph = library.create(owner, "changed", "Changed");
        Draft draft = library.saveDraft(owner, graph.id(), GRAPH.formatted("hi"), null);
        library.publish(owner, graph.id(), "");
        library.saveDraft(owner, graph.id(), GRAPH.formatted("<b>ho</b>"), draft.revision());
        signIn();

        assertThat(get("/graphs/changed").body()).contains("What changed", "<option value=\"1\"");
        String page = get("/graphs/changed/changes?before=1&after=draft").body();
        String part = get("/graphs/changed/changes/state?before=1&after=draft").body();
        assertThat(page).contains("<h1>changed, v1 → draft</h1>", "<ins>&lt;b&gt;ho&lt;/b&gt;</ins>");
        assertThat(part).contains("<del>hi</del>", "node a: prompt.user").doesNotContain("<html", "<h1");
        assertThat(get("/graphs/changed/changes/state?before=1&after=2").body())
                .contains("There is no v2 of this graph.");
        assertThat(get("/graphs/nobody/changes?before=1&after=2").statusCode()).isEqualTo(404);
        library.archive(owner, graph.id()); // other tests look at empty lists
    }

    @Test
    void aPersonAnswersARunOnItsPage() throws Exception {
        UUID owner = server.getBean(Users.class).owner().userId();
        GraphLibrary library = server.getBean(GraphLibrary.class);
        StoredGraph graph = library.create(owner, "asked", "Asked");
        library.saveDraft(owner, graph.id(), ASKED, null);
        library.publish(owner, graph.id(), "");
        Runs runs = server.getBean(Runs.class);
        ObjectNode input = JsonMapper.shared().createObjectNode().put("mail", "Dear Sir");
        RunId run =
                runs.start(owner, StartRun.of(graph.id().value(), input), null).id();
        String wait = runs.waits(owner, run).getFirst().id().toString();
        signIn();
        String page = get("/runs/" + run).body();
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(page);
        assertThat(token.find()).isTrue();
        String csrf = "_csrf=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8);

        HttpResponse<String> refused = post("/runs/" + run + "/waits/" + wait, csrf + "&action=approve&in.stars=many");
        HttpResponse<String> taken = post("/runs/" + run + "/waits/" + wait, csrf + "&action=approve&in.stars=5");
        HttpResponse<String> late = post("/runs/" + run + "/waits/" + wait, csrf + "&action=reject");

        assertThat(page).contains("&#39;person&#39; waits for a person", "May this be sent? Dear Sir");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("Values at /stars: ", "value=\"many\"");
        assertThat(taken.statusCode()).isEqualTo(302);
        assertThat(late.headers().firstValue("Location")).hasValue(address + "/runs/" + run);
        assertThat(get("/runs/" + run).body()).contains("sent with 5").doesNotContain("&#39;person&#39; waits");
        assertThat(post("/runs/" + run + "/waits/wait_1", csrf + "&action=approve")
                        .statusCode())
                .isEqualTo(404);
        library.archive(owner, graph.id()); // other tests look at empty lists
        server.getBean(JdbcClient.class).sql("DELETE FROM run").update();
    }

    @Test
    void aFormThatCannotBeTrainedByComesBackFilledInWithEveryFault() throws Exception {
        signIn();
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"")
                .matcher(get("/fusers").body());
        assertThat(token.find()).isTrue();
        String form =
                "sharer=nobody&receiver=nobody&fuser=tried&file=..%2Fsecret&epochs=0&batch=8&hidden=x&learningRate=0.001";

        assertThat(post("/fusers/trainings", form).statusCode()).isEqualTo(403);
        HttpResponse<String> refused =
                post("/fusers/trainings", form + "&_csrf=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains("The training was not started", "value=\"tried\"", "value=\"../secret\"")
                .contains("&#39;shape.hidden&#39; is a whole number from 1, not &quot;x&quot;.")
                .contains("&#39;pace.epochs&#39; is a whole number from 1, not 0.");
    }

    @Test
    void signingOutTakesTheTokenThatTheFormCarries() throws Exception {
        signIn();
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(get("/").body());
        assertThat(token.find()).isTrue();

        HttpResponse<String> out =
                post("/logout", "_csrf=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8));
        assertThat(out.statusCode()).isEqualTo(303);
        assertThat(get("/").statusCode()).isEqualTo(302);
    }

    private void signIn() throws Exception {
        String link = server.getBean(SignInLinks.class).issueForOwner();
        assertThat(get("/login?link=" + link).statusCode()).isEqualTo(303);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return browser.send(HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String form) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return browser.send(request, BodyHandlers.ofString());
    }
}
