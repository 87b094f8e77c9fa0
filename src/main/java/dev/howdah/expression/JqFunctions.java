package dev.howdah.expression;

import java.util.Map;
import java.util.Set;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.Versions;

/** The functions that expressions can call: those of jq, each metered by the {@link Budget}. */
final class JqFunctions {
  static final Version VERSION = Versions.JQ_1_6;

  /** What reaches out of an expression: the process's environment, and every value in scope. */
  private static final Set<String> WITHHELD = Set.of("env/0", "debug_scope/0", "builtins/0");

  /** Shared by all evaluations and never changed after this. */
  static final Scope ROOT = root();

  private JqFunctions() {}

  private static Scope root() {
    Scope scope = Scope.newEmptyScope();
    Map<String, Function> functions =
        BuiltinFunctionLoader.getInstance().listFunctions(VERSION, scope);
    functions.forEach(
        (name, function) -> {
          if (!WITHHELD.contains(name)) {
            scope.addFunction(name, metered(function));
          }
        });
    scope.addFunction(
        Metering.STEP,
        0,
        (at, arguments, in, path, output, version) -> {
          Budget.current().step();
          output.emit(in, path);
        });
    return scope;
  }

  private static Function metered(Function function) {
    return (scope, arguments, in, path, output, version) -> {
      Budget budget = Budget.current();
      budget.step();
      function.apply(
          scope,
          arguments,
          in,
          path,
          (value, valuePath) -> {
            budget.step();
            output.emit(value, valuePath);
          },
          version);
    };
  }
}
