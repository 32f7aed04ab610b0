package dev.kvasir.run;

import java.util.ArrayList;
import java.util.List;

/** Writes graph documents that read as they run. Agents are echoes: they say what they are asked. */
final class Drawn {

    private final List<String> nodes = new ArrayList<>();
    private final List<String> edges = new ArrayList<>();
    private String settings = "{}";

    private Drawn() {
        nodes.add("{'id':'input','kind':'input','schema':{'type':'object'}}");
    }

    static Drawn graph() {
        return new Drawn();
    }

    Drawn agent(String id, String prompt) {
        return agent(id, prompt, "");
    }

    Drawn agent(String id, String prompt, String more) {
        return node(
                id, "agent", "'model':'echo','prompt':{'user':'" + prompt + "'}" + (more.isEmpty() ? "" : "," + more));
    }

    Drawn output(String answer) {
        return node("output", "output", "'outputs':{'answer':'" + answer + "'}");
    }

    Drawn node(String id, String kind, String fields) {
        nodes.add("{'id':'" + id + "','kind':'" + kind + "'" + (fields.isEmpty() ? "" : "," + fields) + "}");
        return this;
    }

    /** Edges along a path, such as "input a b". */
    Drawn path(String... ids) {
        for (int i = 1; i < ids.length; i++) {
            edge(ids[i - 1], ids[i], "");
        }
        return this;
    }

    Drawn edge(String from, String to, String more) {
        edges.add("{'id':'" + from + "_" + to + "','from':'" + from + "','to':'" + to + "'"
                + (more.isEmpty() ? "" : "," + more) + "}");
        return this;
    }

    Drawn settings(String fields) {
        settings = fields;
        return this;
    }

    /** The document; apostrophes stand for quotes. */
    String document() {
        return ("{'kind':'kvasir/graph','schemaVersion':1,'name':'drawn','nodes':[" + String.join(",", nodes)
                        + "],'edges':[" + String.join(",", edges) + "],'settings':" + settings + "}")
                .replace('\'', '"')
                .replace('´', '\'');
    }
}
