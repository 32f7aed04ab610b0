package dev.kvasir.library;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code graph}. */
@Entity
@Table(name = "graph")
class GraphEntity {

    @Id
    private UUID id = new UUID(0, 0);

    private UUID ownerId = new UUID(0, 0);
    private String name = "";
    private String title = "";
    private Instant createdAt = Instant.EPOCH;
    private @Nullable Instant archivedAt;

    /** That it stands for alone. */
    private @Nullable String model;

    /** For the provider. */
    protected GraphEntity() {}

    GraphEntity(UUID id, UUID ownerId, String name, String title, Instant createdAt) {
        this.id = id;
        this.ownerId = ownerId;
        this.name = name;
        this.title = title;
        this.createdAt = createdAt;
    }

    /** Whether it stands for one model alone. */
    boolean isOfModel() {
        return model != null;
    }

    /** No name that anybody can give. */
    static String nameOfModel(String model) {
        return "model:" + model;
    }

    GraphId id() {
        return new GraphId(id);
    }

    UUID ownerId() {
        return ownerId;
    }

    String name() {
        return name;
    }

    void retitle(String other) {
        title = other;
    }

    void archive(Instant now) {
        archivedAt = now;
    }

    boolean isArchived() {
        return archivedAt != null;
    }

    StoredGraph stored(@Nullable Integer newestVersion, boolean hasDraft) {
        return new StoredGraph(id(), name, title, createdAt, newestVersion, hasDraft);
    }
}
