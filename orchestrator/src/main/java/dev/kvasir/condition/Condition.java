package dev.kvasir.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A condition in the Common Expression Language (cel.dev), type-checked. Its cost is bounded: 2 000 characters, 10 000 turns of
 * {@code all}, {@code exists}, {@code map} and {@code filter} together, regular expressions in linear time. Safe for several
 * threads.
 */
public final class Condition {

    private static final int LONGEST = 2_000;
    private static final int DEEPEST = 32;
    private static final int MOST_TURNS = 10_000;
    private static final int KEPT = 500;

    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(LONGEST)
            .maxParseRecursionDepth(DEEPEST)
            .comprehensionMaxIterations(MOST_TURNS)
            .enableHeterogeneousNumericComparisons(true)
            .build();
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setTypeProvider(new Types())
            .setResultType(SimpleType.BOOL)
            .addVar("input", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .addVar("run", Types.RUN)
            .addVar(Source.LOOP, Types.LOOP)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();

    private static final Map<Key, Condition> PARSED = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Condition> eldest) {
            return size() > KEPT;
        }
    });

    private final CelAbstractSyntaxTree tree;

    private Condition(CelAbstractSyntaxTree tree) {
        this.tree = tree;
    }

    private record Key(String source, Names names) {}

    /**
     * Reads and type-checks a condition.
     *
     * @throws ConditionSyntaxException with what is wrong, the first three faults
     */
    public static Condition parse(String source, Names names) {
        Key key = new Key(source, names);
        Condition known = PARSED.get(key);
        if (known != null) {
            return known;
        }
        Condition parsed = new Condition(checked(source, names));
        PARSED.put(key, parsed);
        return parsed;
    }

    private static CelAbstractSyntaxTree checked(String source, Names names) {
        if (source.length() > LONGEST) {
            throw new ConditionSyntaxException("it has more than " + LONGEST + " characters");
        }
        CelCompilerBuilder compiler = COMPILER.toCompilerBuilder();
        names.nodes().stream().filter(source::contains).forEach(node -> compiler.addVar(node, Types.NODE));
        try {
            CelValidationResult result = compiler.build().compile(Source.of(source));
            if (result.hasError()) {
                throw new ConditionSyntaxException(faults(result.getErrors(), names));
            }
            return result.getAst();
        } catch (dev.cel.common.CelValidationException fault) {
            throw new ConditionSyntaxException(faults(fault.getErrors(), names));
        }
    }

    private static String faults(List<CelIssue> issues, Names names) {
        return issues.stream()
                .limit(3)
                .map(issue -> sentence(issue.getMessage(), names))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static String sentence(String message, Names names) {
        String line = message.lines().findFirst().orElse("it cannot be read").strip();
        return line.startsWith("undeclared reference")
                ? line.replaceFirst(" \\(in container ''\\)", "") + " (nodes before: " + names.listed() + ")"
                : line;
    }

    /** The first names of the values that it reads: nodes, {@code input}, {@code run} or {@code loop}. */
    public Set<String> heads() {
        return paths().stream().map(List::getFirst).collect(Collectors.toUnmodifiableSet());
    }

    /** The values that it reads, each by its names, such as {@code [judge, json, score]}. */
    public Set<List<String>> paths() {
        return CelNavigableAst.fromAst(tree)
                .getRoot()
                .allNodes()
                .filter(node -> node.getKind() == CelExpr.ExprKind.Kind.IDENT)
                .map(Condition::path)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<String> path(CelNavigableExpr head) {
        List<String> names = new ArrayList<>();
        String name = head.expr().ident().name();
        names.add(name.equals(Source.LOOP) ? "loop" : name);
        Optional<CelNavigableExpr> above = head.parent();
        while (above.isPresent() && above.get().getKind() == CelExpr.ExprKind.Kind.SELECT) {
            names.add(above.get().expr().select().field());
            above = above.get().parent();
        }
        return names;
    }

    /**
     * Decides.
     *
     * @param values an object with {@code input}, {@code run}, {@code loop} and an object for each node that has ended
     * @throws ConditionException if a value is missing, of another kind than is needed, or the cost is too high
     */
    public boolean holds(JsonNode values) {
        Object decided;
        try {
            decided = RUNTIME.createProgram(tree).eval(Plain.values(values));
        } catch (CelEvaluationException fault) {
            throw new ConditionException(reason(fault), fault);
        }
        if (decided instanceof Boolean holds) {
            return holds;
        }
        throw new ConditionException("it gave " + decided + ". It must be true or false");
    }

    private static String reason(CelEvaluationException fault) {
        String message = fault.getMessage() == null ? "it could not be evaluated" : fault.getMessage();
        return message.lines().findFirst().orElse(message).replaceFirst("^evaluation error( at <input>:\\d+)?: ", "");
    }
}
