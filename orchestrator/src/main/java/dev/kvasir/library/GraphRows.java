package dev.kvasir.library;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Rows of {@code graph}. */
interface GraphRows extends Repository<GraphEntity, UUID> {

    GraphEntity saveAndFlush(GraphEntity graph);

    List<GraphEntity> findByOwnerIdAndArchivedAtIsNullOrderByIdDesc(UUID owner);

    Optional<GraphEntity> findByOwnerIdAndId(UUID owner, UUID id);

    Optional<GraphEntity> findByOwnerIdAndNameAndArchivedAtIsNull(UUID owner, String name);

    /** Adds a graph of one model, unless it is there; who adds it at the same time is waited for. */
    @Modifying
    @Query(nativeQuery = true, value = """
                    INSERT INTO graph (id, owner_id, name, title, model) VALUES (:id, :owner, :name, :model, :model)
                    ON CONFLICT DO NOTHING""")
    void addOfModel(UUID id, UUID owner, String name, String model);

    /** Locks the row until the transaction ends, so that versions are numbered one after the other. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("SELECT g FROM GraphEntity g WHERE g.ownerId = :owner AND g.id = :id")
    Optional<GraphEntity> lock(UUID owner, UUID id);
}
