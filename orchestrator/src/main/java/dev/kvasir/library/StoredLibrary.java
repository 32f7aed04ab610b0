package dev.kvasir.library;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.kvasir.exchange.GraphBundle;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.GraphValidator;
import dev.kvasir.graph.KnownGraphs;
import dev.kvasir.graph.OpaqueEdges;
import dev.kvasir.graph.Overrides;
import dev.kvasir.graph.PairTimes;
import dev.kvasir.graph.Registry;
import dev.kvasir.graph.Surroundings;
import dev.kvasir.graph.Validation;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Graphs in PostgreSQL. */
@Service
@Profile("!worker")
@Transactional
class StoredLibrary implements GraphLibrary {

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern DIGITS = Pattern.compile("(sha256:)?([0-9a-f]{8,64})");
    private static final Surroundings TAKEN = new Surroundings(PairTimes.NONE, OpaqueEdges.ALLOWED, KnownGraphs.TAKEN);
    private static final NoArgGenerator UUIDS = Generators.timeBasedEpochGenerator();

    private final GraphRows graphs;
    private final DraftRows drafts;
    private final VersionRows versions;
    private final GraphValidator validator;
    private final Locks locks;
    private final EdgePolicies policies;
    private final Clock clock;

    StoredLibrary(
            GraphRows graphs,
            DraftRows drafts,
            VersionRows versions,
            Registry registry,
            EdgePolicies policies,
            Clock clock) {
        this.graphs = graphs;
        this.drafts = drafts;
        this.versions = versions;
        this.validator = new GraphValidator(registry);
        this.locks = new Locks(registry);
        this.policies = policies;
        this.clock = clock;
    }

    @Override
    public StoredGraph create(UUID owner, String name, String title) {
        if (graphs.findByOwnerIdAndNameAndArchivedAtIsNull(owner, name).isPresent()) {
            throw new NameTakenException(name);
        }
        return stored(graphs.saveAndFlush(new GraphEntity(UUIDS.generate(), owner, name, title, clock.instant())));
    }

    @Override
    public List<StoredGraph> list(UUID owner) {
        return graphs.findByOwnerIdAndArchivedAtIsNullOrderByIdDesc(owner).stream()
                .filter(graph -> !graph.isOfModel())
                .map(this::stored)
                .toList();
    }

    @Override
    public Optional<StoredGraph> find(UUID owner, String idOrName) {
        return GraphId.parse(idOrName)
                .flatMap(id -> graphs.findByOwnerIdAndId(owner, id.value()))
                .filter(graph -> !graph.isArchived())
                .or(() -> graphs.findByOwnerIdAndNameAndArchivedAtIsNull(owner, idOrName))
                .map(this::stored);
    }

    @Override
    public void archive(UUID owner, GraphId graph) {
        graphs.findByOwnerIdAndId(owner, graph.value()).ifPresent(row -> row.archive(clock.instant()));
    }

    @Override
    public void retitle(UUID owner, GraphId graph, String title) {
        graphs.findByOwnerIdAndId(owner, graph.value()).ifPresent(row -> row.retitle(title));
    }

    @Override
    public Optional<Draft> draft(UUID owner, GraphId graph) {
        return graphs.findByOwnerIdAndId(owner, graph.value())
                .flatMap(row -> drafts.findById(row.id().value()))
                .map(DraftEntity::draft);
    }

    @Override
    public Draft saveDraft(UUID owner, GraphId graph, String document, @Nullable Long revision) {
        GraphEntity row = locked(owner, graph);
        Optional<DraftEntity> present = drafts.findById(graph.value());
        long current = present.map(DraftEntity::revision).orElse(0L);
        if (current != (revision == null ? 0L : revision)) {
            throw new StaleDraftException(row.name(), current);
        }
        DraftEntity draft = present.orElseGet(() -> new DraftEntity(graph, document, clock.instant()));
        if (present.isPresent()) {
            draft.change(document, clock.instant());
        }
        return drafts.saveAndFlush(draft).draft();
    }

    @Override
    public Draft saveLayout(UUID owner, GraphId graph, String layout) {
        GraphEntity row = locked(owner, graph);
        DraftEntity draft = drafts.findById(graph.value()).orElseThrow(() -> new StaleDraftException(row.name(), 0));
        draft.move(layout);
        return drafts.saveAndFlush(draft).draft();
    }

    @Override
    public void deleteDraft(UUID owner, GraphId graph, long revision) {
        GraphEntity row = locked(owner, graph);
        long current = drafts.findById(graph.value()).map(DraftEntity::revision).orElse(0L);
        if (current != revision) {
            throw new StaleDraftException(row.name(), current);
        }
        drafts.deleteById(graph.value());
    }

    @Override
    @Transactional(readOnly = true)
    public Validation validate(String document) {
        return validator.validate(GraphDocument.parse(document), Overrides.NONE, TAKEN);
    }

    @Override
    @Transactional(readOnly = true)
    public Validation validate(UUID owner, String document) {
        return validate(owner, GraphDocument.parse(document));
    }

    private Validation validate(UUID owner, GraphDocument document) {
        return validator.validate(
                document,
                Overrides.NONE,
                new Surroundings(PairTimes.NONE, policies.opaqueEdges(owner), published(owner)));
    }

    private PublishedGraphs published(UUID owner) {
        return new PublishedGraphs(owner, graphs, versions);
    }

    @Override
    public Published publish(UUID owner, GraphId graph, String notes) {
        GraphEntity row = locked(owner, graph);
        Draft draft = drafts.findById(graph.value())
                .map(DraftEntity::draft)
                .orElseThrow(() -> new StaleDraftException(row.name(), 0));
        return publish(row, GraphDocument.parse(draft.document()), draft.layout(), notes);
    }

    private Published publish(GraphEntity row, GraphDocument document, String layout, String notes) {
        Validation validation = validate(row.ownerId(), document);
        if (!validation.isAccepted()) {
            throw new GraphInvalidException(validation.problems());
        }
        String sha256 = sha256(document);
        Optional<GraphVersion> same = same(row, sha256);
        if (same.isPresent()) {
            return new Published(same.get(), false);
        }
        GraphVersion version = new GraphVersion(
                row.id(),
                row.name(),
                newest(row.id()).map(VersionEntity::number).orElse(0) + 1,
                sha256,
                document.text(),
                layout,
                locks.of(validation, published(row.ownerId())),
                notes,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        return new Published(
                versions.saveAndFlush(new VersionEntity(version, row.ownerId())).version(row.name()), true);
    }

    private static String sha256(GraphDocument document) {
        return document.versionId().value().substring("sha256:".length());
    }

    private Optional<GraphVersion> same(GraphEntity row, String sha256) {
        return versions.findFirstByKeyGraphIdAndSha256StartingWithOrderByKeyNumberDesc(
                        row.id().value(), sha256)
                .map(version -> version.version(row.name()));
    }

    @Override
    public GraphVersion ofModel(UUID owner, String model, String document) {
        GraphDocument parsed = GraphDocument.parse(document);
        String name = GraphEntity.nameOfModel(model);
        Optional<GraphEntity> known = graphs.findByOwnerIdAndNameAndArchivedAtIsNull(owner, name);
        Optional<GraphVersion> version = known.flatMap(row -> same(row, sha256(parsed)));
        if (version.isPresent()) {
            return version.get();
        }
        graphs.addOfModel(UUIDS.generate(), owner, name, model);
        GraphEntity row =
                graphs.findByOwnerIdAndNameAndArchivedAtIsNull(owner, name).orElseThrow();
        return publish(locked(owner, row.id()), parsed, "{}", "").version();
    }

    @Override
    public Optional<GraphBundle> documents(UUID owner, GraphId graph, @Nullable String which) {
        Optional<GraphBundle> draft = which == null || which.equals(DRAFT)
                ? draft(owner, graph).map(found -> bundle(found.document(), found.layout()))
                : Optional.empty();
        if (draft.isPresent() || DRAFT.equals(which)) {
            return draft;
        }
        return version(owner, graph, which).map(found -> bundle(found.document(), found.layout()));
    }

    private static GraphBundle bundle(String document, String layout) {
        return new GraphBundle(GraphDocument.parse(document), layout);
    }

    @Override
    public List<GraphVersion> versions(UUID owner, GraphId graph) {
        return graphs.findByOwnerIdAndId(owner, graph.value()).stream()
                .flatMap(row -> versions.findByKeyGraphIdOrderByKeyNumberDesc(graph.value()).stream()
                        .map(version -> version.version(row.name())))
                .toList();
    }

    @Override
    public Optional<GraphVersion> version(UUID owner, GraphId graph, @Nullable String version) {
        return graphs.findByOwnerIdAndId(owner, graph.value())
                .flatMap(row -> find(graph, version).map(found -> found.version(row.name())));
    }

    private Optional<VersionEntity> find(GraphId graph, @Nullable String version) {
        if (version == null) {
            return newest(graph);
        }
        if (NUMBER.matcher(version).matches()) {
            Optional<VersionEntity> numbered =
                    versions.findByKeyGraphIdAndKeyNumber(graph.value(), Integer.parseInt(version));
            if (numbered.isPresent()) {
                return numbered;
            }
        }
        var digits = DIGITS.matcher(version);
        return digits.matches()
                ? versions.findFirstByKeyGraphIdAndSha256StartingWithOrderByKeyNumberDesc(
                        graph.value(), digits.group(2))
                : Optional.empty();
    }

    private Optional<VersionEntity> newest(GraphId graph) {
        return versions.findFirstByKeyGraphIdOrderByKeyNumberDesc(graph.value());
    }

    private GraphEntity locked(UUID owner, GraphId graph) {
        return graphs.lock(owner, graph.value()).orElseThrow(() -> new GraphNotFoundException(graph));
    }

    private StoredGraph stored(GraphEntity graph) {
        return graph.stored(
                newest(graph.id()).map(VersionEntity::number).orElse(null),
                drafts.existsById(graph.id().value()));
    }
}
