package dev.howdah.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.howdah.expression.JqToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that only follows a path, such as {@code .}, {@code .a.b[0]}, {@code $input.x}, or that
 * path in square brackets, run without jq.
 *
 * <p>Nearly all expressions of a design have this form and it is more than ten times faster. Where
 * a step does not fit the data, jq runs instead, so that its errors are the same.
 */
final class PathProgram implements Program {
  private static final int ROOT_VALUE = -1;

  private final int root;
  private final String member;
  private final Object[] steps;
  private final boolean listed;
  private final Program jq;

  private PathProgram(int root, String member, List<Object> steps, boolean listed, Program jq) {
    this.root = root;
    this.member = member;
    this.steps = steps.toArray();
    this.listed = listed;
    this.jq = jq;
  }

  /** The path that the tokens are, if they are one. */
  static Optional<Program> of(List<JqToken> all, Program jq) {
    List<JqToken> tokens = all;
    boolean listed =
        tokens.size() > 2
            && tokens.get(0).isSymbol("[")
            && tokens.get(tokens.size() - 1).isSymbol("]");
    if (listed) {
      tokens = tokens.subList(1, tokens.size() - 1);
    }
    if (tokens.isEmpty()) {
      return Optional.empty();
    }
    JqToken first = tokens.get(0);
    int root = ROOT_VALUE;
    int from = 0;
    if (first.kind() == Kind.VARIABLE) {
      root = ReferenceFinder.KNOWN.indexOf(first.text());
      from = 1;
      if (first.text().equals("secrets")) {
        return Optional.empty();
      }
    } else if (first.isSymbol(".")) {
      from = 1;
    } else if (first.kind() != Kind.FIELD) {
      return Optional.empty();
    }
    List<Object> steps = steps(tokens.subList(from, tokens.size()));
    if (steps == null) {
      return Optional.empty();
    }
    String member = null;
    if (first.kind() == Kind.VARIABLE && first.text().equals("blocks")) {
      if (steps.isEmpty() || !(steps.get(0) instanceof String name)) {
        return Optional.empty();
      }
      member = name;
      steps = steps.subList(1, steps.size());
    }
    return Optional.of(new PathProgram(root, member, steps, listed, jq));
  }

  private static List<Object> steps(List<JqToken> tokens) {
    List<Object> steps = new ArrayList<>();
    int i = 0;
    while (i < tokens.size()) {
      JqToken token = tokens.get(i);
      if (token.kind() == Kind.FIELD) {
        steps.add(token.text());
        i++;
      } else if (token.isSymbol("[")
          && i + 2 < tokens.size()
          && tokens.get(i + 2).isSymbol("]")
          && tokens.get(i + 1).kind() == Kind.STRING) {
        steps.add(tokens.get(i + 1).text());
        i += 3;
      } else if (token.isSymbol("[")
          && i + 2 < tokens.size()
          && tokens.get(i + 2).isSymbol("]")
          && tokens.get(i + 1).kind() == Kind.NUMBER
          && tokens.get(i + 1).text().matches("[0-9]{1,8}")) {
        steps.add(Integer.valueOf(tokens.get(i + 1).text()));
        i += 3;
      } else {
        return null;
      }
    }
    return steps;
  }

  @Override
  public JsonNode run(Scope scope) {
    JsonNode node = root(scope);
    for (Object step : steps) {
      if (node.isNull()) {
        break;
      }
      if (step instanceof String field) {
        if (!node.isObject()) {
          return jq.run(scope);
        }
        node = orNull(node.get(field));
      } else {
        if (!node.isArray()) {
          return jq.run(scope);
        }
        node = orNull(node.get((Integer) step));
      }
    }
    if (!listed) {
      return node;
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode(1);
    return list.add(node);
  }

  private JsonNode root(Scope scope) {
    return switch (root) {
      case ROOT_VALUE -> scope.value();
      case 0 -> scope.input();
      case 1 -> orNull(scope.blocks().get(member));
      case 2 -> scope.execution();
      case 3 -> scope.iteration().map(Scope.Iteration::item).orElse(NullNode.instance);
      default ->
          scope
              .iteration()
              .<JsonNode>map(round -> IntNode.valueOf(round.index()))
              .orElse(NullNode.instance);
    };
  }

  private static JsonNode orNull(JsonNode node) {
    return node == null ? NullNode.instance : node;
  }
}
