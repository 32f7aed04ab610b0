package dev.kvasir.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingRecipeTest {

    private static final String JSON = """
            {"receiver": "r", "sharer": "s", "fuser": "f", "seed": 7,
             "data": {"file": "lessons/chats.jsonl", "heldOut": 0.2},
             "shape": {"hidden": 64, "dropout": 0, "start": "standardised"},
             "optimiser": {"learningRate": 3e-4},
             "pace": {"epochs": 6, "batch": 32}}
            """;

    private static final String YAML = """
            # A comment, which JSON has not.
            receiver: r
            sharer: "s"
            fuser: f
            seed: 7
            data:
              file: lessons/chats.jsonl
              heldOut: 0.2
            shape: {hidden: 64, dropout: 0, start: standardised}
            optimiser:
              learningRate: 3e-4
            pace:
              epochs: 6
              batch: 32
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"recipe.yaml", "recipe.yml", "RECIPE.YAML"})
    void aRecipeIsTheSameInYamlAndInJson(String name) throws IOException {
        TrainingRecipe yaml = read(name, YAML);

        assertThat(yaml).isEqualTo(read("recipe.json", JSON));
        assertThat(yaml.data().file()).isEqualTo(folder.resolve("lessons/chats.jsonl"));
        assertThat(yaml.optimiser().learningRate()).isEqualTo(3e-4);
    }

    @Test
    void theDataFileCountsFromTheRecipesFolder() throws IOException {
        Files.createDirectories(folder.resolve("recipes"));
        assertThat(read("recipes/r.yaml", YAML.replace("lessons/", "../"))
                        .data()
                        .file())
                .isEqualTo(folder.resolve("chats.jsonl"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hidden: 64 | hidden: 0 | 'shape.hidden' is a whole number from 1, not 0 (line 9)",
                "hidden: 64 | hidden: 1.5 | 'shape.hidden' is a whole number from 1, not 1.5 (line 9)",
                "hidden: 64 | hidden: | 'shape.hidden' is a whole number from 1, not null (line 9)",
                "heldOut: 0.2 | heldOut: 2 | 'data.heldOut' is a number from 0.0 to 0.9, not 2 (line 8)",
                "heldOut: 0.2 | heldOut: 'no' | 'data.heldOut' is a number from 0.0 to 0.9, not \"no\" (line 8)",
                "heldOut: 0.2 | heldout: 0.2 | 'data.heldout' is not known (line 8)",
                "heldOut: 0.2 | file: other | 'data.file' is given twice, first in line 7 (line 8)",
                "seed: 7 | seed: [7] | 'seed' is a whole number from 0, not [7] (line 5)",
                "seed: 7 | shape: 7 | 'shape' is given twice, first in line 5 (line 9)",
                "fuser: f | fuser: ../f | 'fuser' is a name of letters, digits, '.', '_' and '-', a letter or digit first, up to 100, not \"../f\" (line 4)",
                "epochs: 6 | epochs: &a 6 | it has an anchor (&); leave it out (line 13)",
                "epochs: 6 | epochs: *a | it has an alias (*); write the value again (line 13)",
                "epochs: 6 | epochs: !!int 6 | it has a tag (!); leave it out (line 13)",
                "epochs: 6 | epochs: .inf | .inf is no number that a recipe may hold (line 13)",
                "epochs: 6 | `  epochs: 6` | it is not YAML: expected <block end>, but found '<block mapping start>' (line 14)",
            })
    void whatIsWrongIsNamedWithItsValueItsRangeAndItsLine(String right, String wrong, String told) {
        assertThatThrownBy(() -> read("recipe.yaml", YAML.replace(right, wrong)))
                .isInstanceOf(RecipeInvalidException.class)
                .hasMessage("The recipe %s cannot be run: %s.", folder.resolve("recipe.yaml"), told);
    }

    @Test
    void jsonIsHeldToTheSame() {
        assertThatThrownBy(() -> read("recipe.json", JSON.replace("\"seed\": 7", "\"seed\": 7, \"seed\": 8")))
                .hasMessageEndingWith("cannot be run: 'seed' is given twice, first in line 1 (line 1).");
        assertThatThrownBy(() -> read("recipe.json", JSON.replace("\"epochs\": 6", "\"epoch\": 6")))
                .hasMessageEndingWith("cannot be run: 'pace.epoch' is not known (line 5).");
        assertThatThrownBy(() -> read("recipe.json", "{")).hasMessageContaining("cannot be run: it is not JSON: ");
    }

    @Test
    void whatIsTooLongTooDeepOrTwoDocumentsIsRefused() {
        assertThatThrownBy(() -> read("recipe.yaml", YAML + "#".repeat(RecipeText.MAX_BYTES)))
                .hasMessageEndingWith("cannot be run: it is larger than 65536 bytes.");
        assertThatThrownBy(() -> read("recipe.yaml", "a: " + "[".repeat(5000)))
                .hasMessageEndingWith("cannot be run: it is nested more than 8 deep (line 1).");
        assertThatThrownBy(() -> read("recipe.yaml", YAML + "---\n" + YAML))
                .hasMessageEndingWith("cannot be run: it holds a second document (line 15).");
        assertThatThrownBy(() -> read("recipe.yaml", "")).hasMessageEndingWith("cannot be run: it is not an object.");
    }

    @ParameterizedTest
    @ValueSource(ints = {1019, 1020, 1021, 1022, 1023, 1024, 1025, 2047})
    void aCharacterOfTwoUnitsIsReadWhereverItStands(int before) throws IOException {
        String comment = "#" + "x".repeat(before - 1) + "😀\n";

        assertThat(read("recipe.yaml", comment + YAML)).isEqualTo(read("recipe.yaml", YAML));
    }

    @Test
    void anEscapeThatTheTextEndsInIsNoFaultOfOurs() {
        assertThatThrownBy(() -> read("recipe.yaml", "fuser: \"\\x"))
                .isInstanceOf(RecipeInvalidException.class)
                .hasMessageEndingWith("it is not YAML: an escape within double quotes is not complete.");
    }

    @Test
    void aRecipeThatIsNotThereIsToldWithItsPath() {
        assertThatThrownBy(() -> TrainingRecipe.read(folder.resolve("none.yaml")))
                .isInstanceOf(TrainingFileMissingException.class)
                .hasMessage(
                        "There is no recipe %s, or it cannot be read. Give the path of a .yaml or .json file.",
                        folder.resolve("none.yaml"));
    }

    @Test
    void aRecipeThatIsSentTellsPointers() {
        assertThatThrownBy(() -> TrainingRecipe.ofJson(JSON.replace("64", "0"), folder))
                .isInstanceOfSatisfying(
                        RecipeInvalidException.class,
                        refused -> assertThat(refused.faults())
                                .containsExactly(new RecipeFault(
                                        "/shape/hidden", "'shape.hidden' is a whole number from 1, not 0", 3)));
    }

    private TrainingRecipe read(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        return TrainingRecipe.read(file);
    }
}
