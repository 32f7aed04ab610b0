package dev.kvasir.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFoldersTest {

    @TempDir
    private Path home;

    private DataFolders folders;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(home.resolve("datasets/own"));
        Files.createDirectories(home.resolve("more"));
        Files.writeString(home.resolve("datasets/own/chats.jsonl"), "");
        Files.writeString(home.resolve("more/others.jsonl"), "");
        Files.writeString(home.resolve("secret.jsonl"), "");
        Files.createSymbolicLink(home.resolve("datasets/out.jsonl"), home.resolve("secret.jsonl"));
        Files.createSymbolicLink(home.resolve("datasets/in.jsonl"), home.resolve("datasets/own/chats.jsonl"));
        folders = new DataFolders(home, List.of(home.resolve("more")));
    }

    @Test
    void aFileIsFoundInAnyOfTheFolders() {
        assertThat(folders.find(Path.of("own/chats.jsonl"))).hasValue(home.resolve("datasets/own/chats.jsonl"));
        assertThat(folders.find(Path.of("others.jsonl"))).hasValue(home.resolve("more/others.jsonl"));
        assertThat(folders.find(home.resolve("more/others.jsonl"))).isPresent();
        assertThat(folders.find(Path.of("in.jsonl"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../secret.jsonl", "own/../../secret.jsonl", "out.jsonl", "own", "none.jsonl", "/etc/passwd"})
    void nothingElseIs(String name) {
        assertThat(folders.find(Path.of(name))).isEmpty();
    }

    @Test
    void aNameThatLeadsOutIsToldFromOneThatIsNotThere() {
        assertThat(folders.isOutside(Path.of("../secret.jsonl"))).isTrue();
        assertThat(folders.isOutside(Path.of("/etc/passwd"))).isTrue();
        assertThat(folders.isOutside(Path.of("none.jsonl"))).isFalse();
    }

    @Test
    void sentencesDoNotTellWhereTheFoldersLie() {
        assertThat(folders.withoutPlaces(home + "/datasets/own/chats.jsonl, line 3: it is not JSON."))
                .isEqualTo("own/chats.jsonl, line 3: it is not JSON.");
        assertThat(folders.withoutPlaces("no room in " + home + "/training/caches"))
                .isEqualTo("no room in training/caches");
    }
}
