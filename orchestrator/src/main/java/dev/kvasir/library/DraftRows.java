package dev.kvasir.library;

import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

/** Rows of {@code graph_draft}. */
interface DraftRows extends Repository<DraftEntity, UUID> {

    Optional<DraftEntity> findById(UUID graph);

    boolean existsById(UUID graph);

    DraftEntity saveAndFlush(DraftEntity draft);

    void deleteById(UUID graph);
}
