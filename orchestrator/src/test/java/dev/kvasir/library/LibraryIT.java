package dev.kvasir.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.database.TestDatabase;
import dev.kvasir.graph.OpaqueEdges;
import dev.kvasir.graph.Registry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(
        classes = LibraryIT.Application.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {"spring.jpa.hibernate.ddl-auto=validate", "spring.flyway.enabled=false"})
class LibraryIT {

    private static final String DOCUMENT = """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"one",
             "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},
                      {"id":"a","kind":"agent","model":"echo","prompt":{"user":"%s"}},
                      {"id":"output","kind":"output","outputs":{"answer":"{{ a.text }}"}}],
             "edges":[{"id":"input_a","from":"input","to":"a","link":{"mode":"TEXT"}},
                      {"id":"a_output","from":"a","to":"output","link":{"mode":"TEXT"}}]}""";

    private final GraphLibrary library;
    private final EdgePolicies policies;
    private final JdbcClient jdbc;
    private final UUID owner = UUID.randomUUID();

    @Autowired
    LibraryIT(GraphLibrary library, EdgePolicies policies, JdbcClient jdbc) {
        this.library = library;
        this.policies = policies;
        this.jdbc = jdbc;
        jdbc.sql("INSERT INTO app_user (id, name, role) VALUES (:id, :name, 'ADMIN')")
                .param("id", owner)
                .param("name", owner.toString())
                .update();
    }

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", () -> TestDatabase.migrated().url());
    }

    @Test
    void aPublishedDraftIsAVersionWithItsDigestAndLock() {
        StoredGraph graph = library.create(owner, "one", "One");
        library.saveDraft(owner, graph.id(), DOCUMENT.formatted("hi"), null);

        Published published = library.publish(owner, graph.id(), "first");

        assertThat(published.created()).isTrue();
        assertThat(published.version().number()).isEqualTo(1);
        assertThat(published.version().lock().models()).containsEntry("echo", "d1");
        assertThat(library.version(owner, graph.id(), null)).contains(published.version());
        assertThat(library.version(owner, graph.id(), published.version().id())).contains(published.version());
        assertThat(library.find(owner, "one").map(StoredGraph::newestVersion)).contains(1);
    }

    @Test
    void aPolicyIsItsOwnersAlone() {
        UUID other = UUID.randomUUID();
        policies.put(owner, OpaqueEdges.FORBIDDEN);
        policies.put(owner, OpaqueEdges.FORBIDDEN);

        assertThat(policies.opaqueEdges(owner)).isEqualTo(OpaqueEdges.FORBIDDEN);
        assertThat(policies.opaqueEdges(other)).isEqualTo(OpaqueEdges.ALLOWED);

        policies.put(owner, OpaqueEdges.ALLOWED);
        assertThat(policies.opaqueEdges(owner)).isEqualTo(OpaqueEdges.ALLOWED);
    }

    @Test
    void anUnchangedDraftIsPublishedOnce() {
        StoredGraph graph = library.create(owner, "one", "One");
        Draft draft = library.saveDraft(owner, graph.id(), DOCUMENT.formatted("hi"), null);
        library.publish(owner, graph.id(), "");

        Published again = library.publish(owner, graph.id(), "");
        library.saveDraft(owner, graph.id(), DOCUMENT.formatted("ho"), draft.revision());
        Published changed = library.publish(owner, graph.id(), "");

        assertThat(again.created()).isFalse();
        assertThat(changed.version().number()).isEqualTo(2);
        assertThat(library.versions(owner, graph.id()))
                .extracting(GraphVersion::number)
                .containsExactly(2, 1);
    }

    @Test
    void aDraftThatWasChangedMeanwhileIsNotOverwritten() {
        StoredGraph graph = library.create(owner, "one", "One");
        Draft first = library.saveDraft(owner, graph.id(), "{}", null);
        library.saveDraft(owner, graph.id(), "{\"a\":1}", first.revision());

        assertThatThrownBy(() -> library.saveDraft(owner, graph.id(), "{}", first.revision()))
                .isInstanceOf(StaleDraftException.class)
                .hasMessage("The draft of 'one' is at revision 2 by now. Read it again and repeat your change.");
    }

    @Test
    void aGraphOfAModelIsMadeOnceAndPublishedAgainWhenItsDocumentChanges() {
        GraphVersion first = library.ofModel(owner, "echo", DOCUMENT.formatted("hi"));
        GraphVersion again = library.ofModel(owner, "echo", DOCUMENT.formatted("hi"));
        GraphVersion changed = library.ofModel(owner, "echo", DOCUMENT.formatted("ho"));
        GraphVersion back = library.ofModel(owner, "echo", DOCUMENT.formatted("hi"));

        assertThat(first.name()).isEqualTo("model:echo");
        assertThat(again).isEqualTo(first);
        assertThat(changed.number()).isEqualTo(2);
        assertThat(back).isEqualTo(first);
        assertThat(library.list(owner)).isEmpty();
        assertThat(library.find(owner, "model:echo").map(StoredGraph::id)).contains(first.graph());
        assertThat(library.ofModel(stranger(), "echo", DOCUMENT.formatted("hi")).graph())
                .isNotEqualTo(first.graph());
    }

    @Test
    void manyWhoAskForAModelAtOnceGetOneGraph() {
        List<GraphVersion> versions = IntStream.range(0, 8)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> library.ofModel(owner, "echo", DOCUMENT.formatted("hi"))))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(versions).containsOnly(versions.getFirst());
    }

    private UUID stranger() {
        UUID stranger = UUID.randomUUID();
        jdbc.sql("INSERT INTO app_user (id, name, role) VALUES (:id, :name, 'ADMIN')")
                .param("id", stranger)
                .param("name", stranger.toString())
                .update();
        return stranger;
    }

    @Test
    void aGraphThatBreaksRulesIsNotPublished() {
        StoredGraph graph = library.create(owner, "one", "One");
        library.saveDraft(owner, graph.id(), DOCUMENT.formatted("hi").replace("\"echo\"", "\"nobody\""), null);

        assertThatThrownBy(() -> library.publish(owner, graph.id(), ""))
                .isInstanceOf(GraphInvalidException.class)
                .hasMessage("1 problem: Agent 'a' names model 'nobody', which is not registered. Known: echo.");
        assertThat(library.versions(owner, graph.id())).isEmpty();
    }

    @Test
    void aNameIsTakenOncePerOwnerAndStrangersSeeNothing() {
        StoredGraph graph = library.create(owner, "one", "One");

        assertThatThrownBy(() -> library.create(owner, "one", "Again"))
                .isInstanceOf(NameTakenException.class)
                .hasMessage("You have a graph called 'one' already. Choose another name, or change that graph.");
        assertThat(library.find(UUID.randomUUID(), "one")).isEmpty();
        assertThat(library.find(UUID.randomUUID(), graph.id().toString())).isEmpty();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import({StoredLibrary.class, EdgePolicies.class})
    static class Application {

        @Bean
        Clock clock() {
            return Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
        }

        @Bean
        Registry registry() {
            return new EchoRegistry();
        }
    }

    /** Knows one model. */
    private static final class EchoRegistry implements Registry {

        @Override
        public Optional<Model> model(String name) {
            return name.equals("echo")
                    ? Optional.of(new Model("echo", "d1", Location.BUILT_IN, CacheShape.NONE, 0, 0))
                    : Optional.empty();
        }

        @Override
        public Optional<Fuser> fuser(String name) {
            return Optional.empty();
        }

        @Override
        public List<String> modelNames() {
            return List.of("echo");
        }

        @Override
        public List<Fuser> fusers() {
            return List.of();
        }

        @Override
        public OptionalLong largestDeviceBytes() {
            return OptionalLong.empty();
        }
    }
}
