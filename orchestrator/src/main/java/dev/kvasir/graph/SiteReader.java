package dev.kvasir.graph;

import dev.kvasir.graph.Node.Site;
import dev.kvasir.graph.Problem.Rule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads where an agent runs, and which of the files there it reads. */
final class SiteReader {

    private static final int MOST_DOCUMENTS = 16;
    private static final int LONGEST_FILE = 200;
    private static final Pattern POOL = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    /** Names below the folder; none begins with a dot, so that none leads out of it or to what is hidden. */
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    private SiteReader() {}

    static Site read(Fields agent) {
        String pool = agent.text("pool");
        if (pool != null && !POOL.matcher(pool).matches()) {
            agent.report(
                    Rule.G22,
                    "pool",
                    "pool of " + agent.owner() + " must be a name of a-z, 0-9, _ and -, a letter first, up to 64.");
            pool = null;
        }
        Map<String, String> local = new LinkedHashMap<>();
        agent.within("local", "local documents").ifPresent(fields -> {
            for (String name : fields.object().propertyNames()) {
                String file = file(fields, name);
                if (!file.isEmpty()) {
                    local.put(name, file);
                }
            }
        });
        if (local.size() > MOST_DOCUMENTS) {
            agent.report(
                    Rule.G22,
                    "local",
                    "local of " + agent.owner() + " must have at most " + MOST_DOCUMENTS + " documents, not "
                            + local.size() + ".");
        }
        return new Site(pool == null ? Site.DEFAULT_POOL : pool, local);
    }

    private static String file(Fields fields, String name) {
        String file = fields.required(name);
        if (!NodeId.isAllowed(name)) {
            fields.report(
                    Rule.G14,
                    name,
                    "The name of a local document of " + fields.owner()
                            + " is not allowed: use a-z, 0-9 and _, a letter first, up to 64.");
            return "";
        }
        if (!file.isBlank()
                && (file.length() > LONGEST_FILE || !FILE.matcher(file).matches())) {
            fields.report(
                    Rule.G22,
                    name,
                    "local." + name + " of " + fields.owner()
                            + " must be a file in the worker's folder of local documents, such as report.txt or"
                            + " 2026/report.txt, up to " + LONGEST_FILE + " characters.");
            return "";
        }
        return file;
    }
}
