package dev.kvasir.model.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a template does, in order; each knows its line. */
sealed interface Statement {

    int line();

    record Output(int line, Text text) implements Statement {}

    record Print(int line, Expression value) implements Statement {}

    record Choice(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

    record Branch(int line, Expression test, List<Statement> body) {}

    record Loop(
            int line,
            List<String> targets,
            Expression over,
            @Nullable Expression onlyIf,
            List<Statement> body,
            List<Statement> otherwise,
            boolean recursive)
            implements Statement {}

    record Break(int line) implements Statement {}

    record Continue(int line) implements Statement {}

    record Assign(int line, List<String> targets, Expression value) implements Statement {}

    record AssignAttribute(int line, String namespace, String attribute, Expression value) implements Statement {}

    /** {@code {% set name | filters %}body{% endset %}}; the filters read the name {@link #CAPTURED}. */
    record Capture(int line, String target, List<Statement> body, Expression filtered) implements Statement {}

    record Macro(int line, String name, List<String> parameters, Map<String, Expression> defaults, List<Statement> body)
            implements Statement {}

    record CallBlock(int line, Macro caller, Expression.Call call) implements Statement {}

    record FilterBlock(int line, List<Statement> body, Expression filtered) implements Statement {}

    record With(int line, Map<String, Expression> variables, List<Statement> body) implements Statement {}

    /** The name under which a captured body reaches its filters; not a name that a template can write. */
    String CAPTURED = " captured";
}
