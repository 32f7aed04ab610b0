package dev.kvasir.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Documents that lie on a worker, and stay there.
 *
 * @param localDocuments the folder whose files agents of this worker's pool may read; none if absent. Whoever may run graphs there may
 *     have any of them read
 * @param localDocumentSize most bytes of one of them
 */
@ConfigurationProperties("kvasir.worker")
record LocalProperties(
        @Nullable Path localDocuments,
        @DefaultValue("256KB") DataSize localDocumentSize) {

    LocalProperties {
        if (localDocumentSize.toBytes() < 1 || localDocumentSize.toMegabytes() > 64) {
            throw new IllegalArgumentException("kvasir.worker.local-document-size (" + localDocumentSize
                    + ") must be above 0 and at most 64MB; a model's context ends long before.");
        }
    }
}
