package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries out statements and writes their text. One for each rendering. */
final class Interpreter {

    /** How a list of statements ended. */
    private enum End {
        REACHED,
        BREAK,
        CONTINUE
    }

    private final Budget budget;
    private final Evaluator evaluator;
    private Text.Builder out;

    Interpreter(Budget budget) {
        this.budget = budget;
        this.evaluator = new Evaluator(budget);
        this.out = new Text.Builder(budget);
    }

    Text render(List<Statement> statements, Scope scope) {
        return captured(statements, scope);
    }

    private Text captured(List<Statement> statements, Scope scope) {
        Text.Builder outer = out;
        out = new Text.Builder(budget);
        try {
            run(statements, scope);
            return out.build();
        } finally {
            out = outer;
        }
    }

    private End run(List<Statement> statements, Scope scope) {
        for (Statement statement : statements) {
            budget.at(statement.line());
            End end = run(statement, scope);
            if (end != End.REACHED) {
                return end;
            }
        }
        return End.REACHED;
    }

    private End run(Statement statement, Scope scope) {
        switch (statement) {
            case Statement.Output(int line, Text text) -> out.add(text);
            case Statement.Print(int line, var value) -> out.add(PythonText.of(evaluator.value(value, scope), budget));
            case Statement.Choice choice -> {
                return choose(choice, scope);
            }
            case Statement.Loop loop -> loop(loop, evaluator.value(loop.over(), scope), 0, scope);
            case Statement.Break leap -> {
                return End.BREAK;
            }
            case Statement.Continue leap -> {
                return End.CONTINUE;
            }
            case Statement.Assign(int line, var targets, var value) ->
                assign(targets, evaluator.value(value, scope), scope);
            case Statement.AssignAttribute assign -> assignAttribute(assign, scope);
            case Statement.Capture capture ->
                scope.set(capture.target(), filtered(capture.body(), capture.filtered(), scope));
            case Statement.Macro macro -> scope.set(macro.name(), function(macro, scope));
            case Statement.CallBlock block -> callBlock(block, scope);
            case Statement.FilterBlock block ->
                out.add(PythonText.of(filtered(block.body(), block.filtered(), scope), budget));
            case Statement.With with -> {
                return with(with, scope);
            }
        }
        return End.REACHED;
    }

    private End choose(Statement.Choice choice, Scope scope) {
        for (Statement.Branch branch : choice.branches()) {
            budget.at(branch.line());
            if (evaluator.truth(branch.test(), scope)) {
                return run(branch.body(), scope);
            }
        }
        return run(choice.otherwise(), scope);
    }

    private void loop(Statement.Loop loop, Value over, int depth, Scope scope) {
        List<Value> items = selected(loop, Sequences.of(over, budget), scope);
        if (items.isEmpty()) {
            run(loop.otherwise(), new Scope(scope));
            return;
        }
        LoopState state = new LoopState(items, depth, (arguments, spent) -> again(loop, arguments, depth, scope));
        for (int i = 0; i < items.size(); i++) {
            budget.loopStep();
            state.moveTo(i);
            Scope inner = new Scope(scope);
            assign(loop.targets(), items.get(i), inner);
            inner.set("loop", state);
            if (run(loop.body(), inner) == End.BREAK) {
                return;
            }
        }
    }

    private List<Value> selected(Statement.Loop loop, List<Value> items, Scope scope) {
        Expression onlyIf = loop.onlyIf();
        if (onlyIf == null) {
            return items;
        }
        List<Value> selected = new ArrayList<>();
        for (Value item : items) {
            budget.loopStep();
            Scope inner = new Scope(scope);
            assign(loop.targets(), item, inner);
            if (evaluator.truth(onlyIf, inner)) {
                selected.add(item);
            }
        }
        return selected;
    }

    private Value again(Statement.Loop loop, Arguments arguments, int depth, Scope scope) {
        if (!loop.recursive()) {
            throw budget.failed("the loop is not recursive and cannot be called");
        }
        Value over = arguments.get(0, "iterable", budget);
        return nested(() -> loop(loop, over, depth + 1, scope));
    }

    private Text nested(Runnable body) {
        Text.Builder outer = out;
        int line = budget.line();
        out = new Text.Builder(budget);
        budget.enterCall();
        try {
            body.run();
            return out.build();
        } finally {
            budget.leaveCall();
            budget.at(line);
            out = outer;
        }
    }

    private void assign(List<String> targets, Value value, Scope scope) {
        if (targets.size() == 1) {
            scope.set(targets.getFirst(), value);
            return;
        }
        List<Value> parts = Sequences.of(value, budget);
        if (parts.size() != targets.size()) {
            throw budget.failed("%d names cannot take %d values".formatted(targets.size(), parts.size()));
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.set(targets.get(i), parts.get(i));
        }
    }

    private void assignAttribute(Statement.AssignAttribute assign, Scope scope) {
        if (!(scope.get(assign.namespace()) instanceof Value.Namespace(var attributes))) {
            throw budget.failed(
                    "only attributes of a namespace can be set, '%s' is none".formatted(assign.namespace()));
        }
        attributes.put(assign.attribute(), evaluator.value(assign.value(), scope));
    }

    private Value filtered(List<Statement> body, Expression filtered, Scope scope) {
        Scope inner = new Scope(scope);
        inner.set(Statement.CAPTURED, captured(body, inner));
        return evaluator.value(filtered, inner);
    }

    private End with(Statement.With with, Scope scope) {
        Scope inner = new Scope(scope);
        with.variables().forEach((name, value) -> inner.set(name, evaluator.value(value, scope)));
        return run(with.body(), inner);
    }

    private void callBlock(Statement.CallBlock block, Scope scope) {
        Scope inner = new Scope(scope);
        Value.Function caller = function(block.caller(), scope);
        Arguments given = evaluator.arguments(block.call().arguments(), scope);
        Map<String, Value> named = new HashMap<>(given.named());
        named.put("caller", caller);
        Arguments arguments = new Arguments(given.positional(), named);
        out.add(PythonText.of(evaluator.call(block.call().function(), arguments, inner), budget));
    }

    private Value.Function function(Statement.Macro macro, Scope scope) {
        return (arguments, spent) -> nested(() -> run(macro.body(), parameters(macro, arguments, scope)));
    }

    private Scope parameters(Statement.Macro macro, Arguments arguments, Scope scope) {
        if (arguments.positional().size() > macro.parameters().size()) {
            throw budget.failed("the macro '%s' takes %d arguments, not %d"
                    .formatted(
                            macro.name(),
                            macro.parameters().size(),
                            arguments.positional().size()));
        }
        Scope inner = new Scope(scope);
        for (int i = 0; i < macro.parameters().size(); i++) {
            String name = macro.parameters().get(i);
            Expression otherwise = macro.defaults().get(name);
            Value value = arguments.find(i, name).orElse(null);
            if (value == null) {
                value = otherwise == null
                        ? new Value.Undefined("the parameter '%s'".formatted(name))
                        : evaluator.value(otherwise, inner);
            }
            inner.set(name, value);
        }
        Value caller = arguments.named().get("caller");
        if (caller != null) {
            inner.set("caller", caller);
        }
        return inner;
    }
}
