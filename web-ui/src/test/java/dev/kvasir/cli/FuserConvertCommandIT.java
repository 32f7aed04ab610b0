package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.InProcess.Ran;
import dev.kvasir.pocket.PocketPair;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class FuserConvertCommandIT {

    @TempDir
    private static Path home;

    private static String fuser;

    @TempDir
    private Path folder;

    @BeforeAll
    static void install() {
        PocketPair.install(home);
        fuser = home.resolve("fusers").resolve(PocketPair.FUSER).toString();
    }

    @Test
    void aFuserGoesThereAndBackAndKeepsItsDigest() {
        String released = folder.resolve("released").toString();
        JsonNode there = json("fuser", "convert", fuser, "--to", "released", "--out", released, "--json");
        JsonNode back = json(
                "fuser",
                "convert",
                released,
                "--allow-pickle",
                "--to",
                "safetensors",
                "--out",
                folder.resolve("ours").toString(),
                "--json");

        assertThat(there.get("digest"))
                .isEqualTo(back.get("digest"))
                .isEqualTo(json("fuser", "inspect", fuser, "--json").get("digest"));
        assertThat(folder.resolve("released/final/projector_3.pt")).isNotEmptyFile();
        assertThat(folder.resolve("ours/fuser.safetensors")).isNotEmptyFile();
    }

    @Test
    void aReleasedFolderIsReadOnlyIfPickleIsAllowed() {
        String released = folder.resolve("released").toString();
        InProcess.run("fuser", "convert", fuser, "--to", "released", "--out", released);

        assertThat(InProcess.run("fuser", "inspect", released))
                .isEqualTo(new Ran(
                        5,
                        "",
                        "kvasir: final/projector_0.pt, (whole file): pickled weights are not read unless asked for;"
                                + " convert the fuser to safetensors\n"));
        assertThat(InProcess.run("fuser", "inspect", released, "--allow-pickle").exitCode())
                .isZero();
    }

    @Test
    void nothingIsOverwritten() {
        assertThat(InProcess.run("fuser", "convert", fuser, "--to", "safetensors", "--out", folder.toString()))
                .isEqualTo(new Ran(5, "", "kvasir: " + folder + " is there already; name a folder that is not.\n"));
    }

    @Test
    void inspectionTellsPairSizesGatesAndWeights() {
        Ran shown = InProcess.run("fuser", "inspect", fuser);

        assertThat(shown.out())
                .contains("receiver         pocket-receiver", "3 key-value heads, 16 wide")
                .contains("sizes            hidden 64, intermediate 64, 3 layers, 112 features in, 48 out\n")
                .contains("gates open       100.0 %", "norm");
        assertThat(shown.out().lines().filter(line -> line.contains(" open "))).hasSize(1 + 4);
    }

    private static JsonNode json(String... arguments) {
        Ran ran = InProcess.run(arguments);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.jsonLines().getFirst();
    }
}
