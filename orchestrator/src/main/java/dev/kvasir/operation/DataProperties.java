package dev.kvasir.operation;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the files lie that recipes and studies may name.
 *
 * @param folders beside {@code datasets} under {@code KVASIR_HOME}
 */
@ConfigurationProperties("kvasir.data")
record DataProperties(@DefaultValue List<Path> folders) {

    DataProperties {
        folders = List.copyOf(folders);
    }
}
