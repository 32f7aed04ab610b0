package dev.kvasir.library;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A row of {@code graph_draft}. */
@Entity
@Table(name = "graph_draft")
class DraftEntity {

    @Id
    private UUID graphId = new UUID(0, 0);

    private String document = "";
    private String layout = "{}";
    private long revision;
    private Instant updatedAt = Instant.EPOCH;

    /** For the provider. */
    protected DraftEntity() {}

    DraftEntity(GraphId graph, String document, Instant now) {
        this.graphId = graph.value();
        this.document = document;
        this.revision = 1;
        this.updatedAt = now;
    }

    void change(String otherDocument, Instant now) {
        document = otherDocument;
        revision++;
        updatedAt = now;
    }

    void move(String otherLayout) {
        layout = otherLayout;
    }

    long revision() {
        return revision;
    }

    Draft draft() {
        return new Draft(new GraphId(graphId), document, layout, revision, updatedAt);
    }
}
