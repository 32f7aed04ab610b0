package dev.kvasir.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPathToolTest {

    private static final String STORE =
            "{\"books\":[{\"title\":\"A\",\"price\":8},{\"title\":\"B\",\"price\":12},{\"title\":\"C\"}],\"a b\":{\"price\":1}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$.books[0].title|[\"A\"]",
                "$.books[-1].title|[\"C\"]",
                "$.books[*].title|[\"A\",\"B\",\"C\"]",
                "$.books[0:2].price|[8,12]",
                "$.books[1:].title|[\"B\",\"C\"]",
                "$..price|[8,12,1]",
                "$['a b'].price|[1]",
                "$..[0].title|[\"A\"]",
                "$.none|[]",
                "$.books[7]|[]"
            })
    void takesValuesOut(String path, String found) {
        ToolResult result = call(path);
        assertThat(result.isError()).isFalse();
        assertThat(result.text()).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "books|A path begins with $, such as $.items[0].name.",
                "$.books[?(@.price<10)]|The path cannot be read at character 8. Use names, [0], [1:3], [*] and .. only.",
                "$books|The path cannot be read at character 2. Use names, [0], [1:3], [*] and .. only.",
                "$.[0]|The path cannot be read at character 2. Use names, [0], [1:3], [*] and .. only."
            })
    void aPathThatCannotBeReadSaysWhere(String path, String message) {
        assertThat(call(path)).isEqualTo(ToolResult.failed(message));
    }

    private static ToolResult call(String path) {
        return new JsonPathTool().call(Arguments.object(Map.of("json", STORE, "path", path)));
    }
}
