package dev.kvasir.graph;

/** Documents that tests break. */
final class Documents {

    static final String CODER_WRITER = """
            {"kind": "kvasir/graph", "schemaVersion": 1, "name": "coder_writer",
             "nodes": [
              {"id": "input", "kind": "input", "schema": {"type": "object", "required": ["question"],
               "properties": {"question": {"type": "string"}}}},
              {"id": "coder", "kind": "agent", "model": "pocket-sharer", "prompt": {"user": "Notes on: {{ input.question }}"},
               "generation": {"maxTokens": 64, "temperature": 0}},
              {"id": "writer", "kind": "agent", "model": "pocket-receiver", "prompt": {"user": "{{ input.question }}"},
               "generation": {"maxTokens": 64, "temperature": 0}},
              {"id": "output", "kind": "output", "outputs": {"answer": "{{ writer.text }}"}}],
             "edges": [
              {"id": "input_coder", "from": "input", "to": "coder", "link": {"mode": "TEXT"}},
              {"id": "input_writer", "from": "input", "to": "writer", "link": {"mode": "TEXT"}},
              {"id": "coder_writer", "from": "coder", "to": "writer", "link": {"mode": "C2C", "fuser": "pocket"}},
              {"id": "writer_output", "from": "writer", "to": "output", "link": {"mode": "TEXT"}}]}
            """;

    private Documents() {}

    /** The coder and writer with one thing changed. */
    static String coderWriter(String what, String instead) {
        if (!CODER_WRITER.contains(what)) {
            throw new IllegalArgumentException("Not in the document: " + what);
        }
        return CODER_WRITER.replace(what, instead);
    }

    /** A chain of agents, all before one output. */
    static String chain(int agents) {
        StringBuilder nodes = new StringBuilder("{\"id\":\"input\",\"kind\":\"input\"}");
        StringBuilder edges = new StringBuilder();
        String before = "input";
        for (int i = 0; i < agents; i++) {
            nodes.append(",{\"id\":\"a")
                    .append(i)
                    .append("\",\"kind\":\"agent\",\"model\":\"echo\",\"prompt\":{\"user\":\"hi\"}}");
            edges.append("{\"id\":\"e")
                    .append(i)
                    .append("\",\"from\":\"")
                    .append(before)
                    .append("\",\"to\":\"a")
                    .append(i)
                    .append("\"},");
            before = "a" + i;
        }
        return "{\"kind\":\"kvasir/graph\",\"schemaVersion\":1,\"name\":\"chain\",\"nodes\":[" + nodes
                + ",{\"id\":\"output\",\"kind\":\"output\",\"outputs\":{\"answer\":\"{{ " + before
                + ".text }}\"}}],\"edges\":[" + edges + "{\"id\":\"last\",\"from\":\"" + before
                + "\",\"to\":\"output\"}]}";
    }
}
