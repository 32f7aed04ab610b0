package dev.kvasir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.GraphValidator;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.Overrides;
import dev.kvasir.graph.Published;
import dev.kvasir.graph.Registered;
import dev.kvasir.graph.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference in {@code docs/graphs.md} against the rules. */
class GraphReferenceIT {

    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(kind: kvasir/graph\n.*?)```", Pattern.DOTALL);

    @Test
    void everyExampleOfTheReferenceObeysEveryRule() throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(StrictJson.read(GraphSchema.text(), GraphDocument.MAX_BYTES));
        Published earlier = Published.parts();
        List<String> kinds = new ArrayList<>();

        for (GraphDocument example : examples()) {
            assertThat(new GraphValidator(Registered.pocket())
                            .validate(example, Overrides.NONE, earlier.around())
                            .problems())
                    .as(example.name())
                    .isEmpty();
            assertThat(schema.validate(example.root())).as(example.name()).isEmpty();
            earlier.with(example.name(), example);
            example.root()
                    .path("nodes")
                    .forEach(node -> kinds.add(node.path("kind").stringValue()));
        }

        assertThat(kinds)
                .contains(Arrays.stream(Node.Kind.values()).map(Node.Kind::json).toArray(String[]::new));
    }

    private static List<GraphDocument> examples() throws IOException {
        String reference = Files.readString(Path.of("../docs/graphs.md"));
        return EXAMPLE.matcher(reference)
                .results()
                .map((MatchResult example) ->
                        GraphTexts.read(example.group(1), GraphFormat.YAML).graph())
                .toList();
    }
}
