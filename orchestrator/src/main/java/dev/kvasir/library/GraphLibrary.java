package dev.kvasir.library;

import dev.kvasir.exchange.GraphBundle;
import dev.kvasir.graph.Validation;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps graphs. The owner is part of every query: what belongs to others is not found. */
public interface GraphLibrary {

    /** What stands for the working copy where a version is named. */
    String DRAFT = "draft";

    /**
     * Makes an empty place for a graph.
     *
     * @param name {@code [a-z][a-z0-9_]{0,63}}
     * @throws NameTakenException if the owner has a graph of that name
     */
    StoredGraph create(UUID owner, String name, String title);

    /** Newest first; without those that stand for one model alone. */
    List<StoredGraph> list(UUID owner);

    /**
     * The graph that stands for one model alone, as the document has it: made when it is first asked for, published again when
     * the document is another. Its name is {@code model:} and the model's.
     *
     * @throws GraphInvalidException if a rule refuses the document
     */
    GraphVersion ofModel(UUID owner, String model, String document);

    /** Finds a graph by its id or its name. */
    Optional<StoredGraph> find(UUID owner, String idOrName);

    /** Takes a graph out of the lists; its versions and runs stay. */
    void archive(UUID owner, GraphId graph);

    /** Changes what people see. */
    void retitle(UUID owner, GraphId graph, String title);

    Optional<Draft> draft(UUID owner, GraphId graph);

    /**
     * Stores the working copy.
     *
     * @param revision the one that was read; null when there is none yet
     * @throws StaleDraftException if there is another revision by now
     */
    Draft saveDraft(UUID owner, GraphId graph, String document, @Nullable Long revision);

    /** Stores where nodes stand. */
    Draft saveLayout(UUID owner, GraphId graph, String layout);

    /**
     * Drops the working copy.
     *
     * @throws StaleDraftException if there is another revision by now
     */
    void deleteDraft(UUID owner, GraphId graph, long revision);

    /** What the rules say of a document, with the models and fusers that are registered now, whatever anybody's policy. */
    Validation validate(String document);

    /** The same under the owner's policy, as publishing would have it. */
    Validation validate(UUID owner, String document);

    /**
     * Publishes the working copy as it is.
     *
     * @throws GraphInvalidException if a rule refuses it; with every problem
     * @throws StaleDraftException if there is no working copy
     */
    Published publish(UUID owner, GraphId graph, String notes);

    /**
     * The documents of the working copy or of a version, as they can be carried elsewhere.
     *
     * @param which {@code draft}, or a version as of {@link #version}; null for the draft, else the newest version
     * @throws dev.kvasir.graph.MalformedJsonException if a draft is no document within the limits
     */
    Optional<GraphBundle> documents(UUID owner, GraphId graph, @Nullable String which);

    /** Newest first. */
    List<GraphVersion> versions(UUID owner, GraphId graph);

    /**
     * Finds a version.
     *
     * @param version its number, its {@code sha256:} id or at least 8 digits of that; null for the newest
     */
    Optional<GraphVersion> version(UUID owner, GraphId graph, @Nullable String version);
}
