package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.torch.ElementType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;

class PromptedModelIT {

    @TempDir
    private Path home;

    @Test
    void everyCommandThatReadsAPromptOffersTheSame() {
        List<Map<String, List<String>>> offers =
                List.of(new GenerateCommand(), new LogitsCommand(), new CacheSaveCommand()).stream()
                        .map(PromptedModelIT::offered)
                        .toList();

        assertThat(offers.getFirst()).hasSize(6);
        assertThat(offers).containsOnly(offers.getFirst());
    }

    @ParameterizedTest
    @CsvSource({"exact, EXACT, F32", "fast, FAST, F32", "double, EXACT, F64"})
    void theModelIsLoadedAsTheProfileSays(String profile, dev.kvasir.decoder.Profile loaded, ElementType type) {
        PocketPair.install(home);
        Path files = home.resolve("models").resolve(PocketPair.RECEIVER);
        Host host = parsed("-m", files.toString(), "--ids", "5,9", "--profile", profile);

        try (Checkpoint checkpoint = Checkpoint.open(host.model.argument().path());
                LoadedModel model = host.model.load(checkpoint)) {
            assertThat(model.profile()).isEqualTo(loaded);
            assertThat(model.elementType()).isEqualTo(type);
            assertThat(host.model.rawIds(checkpoint)).containsExactly(5, 9);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda:99", "gpu", "meta", ""})
    void aDeviceThatIsNotHereIsRefusedWithThoseThatAre(String device) {
        PocketPair.install(home);
        Path files = home.resolve("models").resolve(PocketPair.RECEIVER);
        Host host = parsed("-m", files.toString(), "--ids", "5", "--device", device);

        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            assertThatThrownBy(() -> host.model.load(checkpoint))
                    .isInstanceOf(CommandFailedException.class)
                    .hasMessageStartingWith("There is no device '" + device + "' here; there is cpu");
        }
    }

    @Test
    void aModelAndOnePromptAreNeeded() {
        assertThatThrownBy(() -> parsed("--ids", "5")).isInstanceOf(MissingParameterException.class);
        assertThatThrownBy(() -> parsed("-m", "x")).isInstanceOf(MissingParameterException.class);
        assertThatThrownBy(() -> parsed("-m", "x", "-p", "a", "--ids", "5"))
                .isInstanceOf(CommandLine.MutuallyExclusiveArgsException.class);
    }

    @Command(name = "host")
    private static final class Host {

        @Mixin
        private PromptedModel model = new PromptedModel();
    }

    private static Host parsed(String... arguments) {
        Host host = new Host();
        new CommandLine(host).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return host;
    }

    private static Map<String, List<String>> offered(Object command) {
        CommandLine.Model.CommandSpec spec = new CommandLine(command).getCommandSpec();
        return List.of("--model", "--prompt", "--file", "--ids", "--profile", "--device").stream()
                .map(spec::findOption)
                .collect(java.util.stream.Collectors.toMap(
                        OptionSpec::longestName, option -> List.of(option.description())));
    }
}
