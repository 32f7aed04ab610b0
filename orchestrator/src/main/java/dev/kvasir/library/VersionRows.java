package dev.kvasir.library;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

/** Rows of {@code graph_version}. */
interface VersionRows extends Repository<VersionEntity, VersionEntity.Key> {

    VersionEntity saveAndFlush(VersionEntity version);

    List<VersionEntity> findByKeyGraphIdOrderByKeyNumberDesc(UUID graph);

    Optional<VersionEntity> findFirstByKeyGraphIdOrderByKeyNumberDesc(UUID graph);

    Optional<VersionEntity> findByKeyGraphIdAndKeyNumber(UUID graph, int number);

    Optional<VersionEntity> findFirstByKeyGraphIdAndSha256StartingWithOrderByKeyNumberDesc(UUID graph, String sha256);
}
