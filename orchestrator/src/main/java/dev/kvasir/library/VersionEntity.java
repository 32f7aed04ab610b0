package dev.kvasir.library;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import tools.jackson.databind.json.JsonMapper;

/** A row of {@code graph_version}. */
@Entity
@Immutable
@Table(name = "graph_version")
class VersionEntity {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @EmbeddedId
    private Key key = new Key(new UUID(0, 0), 0);

    private String sha256 = "";
    private String document = "";
    private String layout = "{}";

    @JdbcTypeCode(SqlTypes.JSON)
    private String lock = "{}";

    private String notes = "";
    private Instant publishedAt = Instant.EPOCH;
    private UUID publishedBy = new UUID(0, 0);

    /** For the provider. */
    protected VersionEntity() {}

    VersionEntity(GraphVersion version, UUID publishedBy) {
        this.key = new Key(version.graph().value(), version.number());
        this.sha256 = version.sha256();
        this.document = version.document();
        this.layout = version.layout();
        this.lock = JSON.writeValueAsString(version.lock());
        this.notes = version.notes();
        this.publishedAt = version.publishedAt();
        this.publishedBy = publishedBy;
    }

    int number() {
        return key.number();
    }

    UUID publishedBy() {
        return publishedBy;
    }

    GraphVersion version(String name) {
        return new GraphVersion(
                new GraphId(key.graphId()),
                name,
                key.number(),
                sha256,
                document,
                layout,
                JSON.readValue(lock, VersionLock.class),
                notes,
                publishedAt);
    }

    /** Number within its graph. */
    @Embeddable
    record Key(UUID graphId, int number) implements Serializable {}
}
