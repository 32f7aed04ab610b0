package dev.kvasir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InputSchemaTest {

    private static final Node.Input INPUT =
            new Node.Input(new NodeId("input"), NodeOptions.DEFAULT, StrictJson.read("""
                    {"type": "object", "required": ["question"], "properties": {"question": {"type": "string"}}}""", 1000));

    @Test
    void anInputThatFitsHasNoFault() {
        assertThat(InputSchema.faults(INPUT, StrictJson.read("{\"question\": \"q\"}", 100)))
                .isEmpty();
    }

    @Test
    void everyFaultOfAnInputHasItsPlace() {
        assertThat(InputSchema.faults(INPUT, StrictJson.read("{\"question\": 7}", 100)))
                .extracting(InputSchema.InputFault::pointer)
                .containsExactly("/question");
        assertThat(InputSchema.faults(INPUT, StrictJson.read("{}", 100))).hasSize(1);
    }

    @Test
    void aSchemaThatIsNoneIsRefused() {
        assertThat(InputSchema.schemaFaults(StrictJson.read("{\"type\": \"object\", \"required\": 7}", 100)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("is not a JSON Schema: at /required: ");
        assertThat(InputSchema.schemaFaults(StrictJson.read("7", 100)))
                .containsExactly("is not a JSON Schema: it must be an object, not 7.");
    }
}
