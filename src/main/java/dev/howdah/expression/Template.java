package dev.howdah.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Any JSON value whose strings may hold expressions.
 *
 * <p>A string that is wholly <code>${ … }</code> yields the expression's value; <code>${ … }</code>
 * inside a longer string is replaced by text: strings as they are, other values as JSON; <code>$${
 * </code> stands for a literal <code>${</code>. Keys of objects are taken as they are. Immutable
 * and safe for use by many threads at once.
 */
public final class Template {
  private final JsonNode source;
  private final Part part;
  private final References references;

  private Template(JsonNode source, Part part, References references) {
    this.source = source;
    this.part = part;
    this.references = references;
  }

  /**
   * Parses a value, which must not be changed afterwards.
   *
   * @throws ExpressionException the first of its {@link #problems}
   */
  public static Template parse(JsonNode source) {
    Compiler compiler = new Compiler();
    Part part = compiler.part(source, "");
    if (!compiler.problems.isEmpty()) {
      throw compiler.problems.get(0);
    }
    return new Template(source, part, compiler.references);
  }

  /** A template that is one string. */
  public static Template of(String text) {
    return parse(TextNode.valueOf(text));
  }

  /** Everything that is wrong with a value as a template, in the order of the value. */
  public static List<ExpressionException> problems(JsonNode source) {
    Compiler compiler = new Compiler();
    compiler.part(source, "");
    return List.copyOf(compiler.problems);
  }

  /**
   * The value for a scope. May share parts with the scope and with the template, so it must not be
   * changed.
   *
   * @throws dev.howdah.fault.FaultException as {@link Expression#evaluate}
   */
  public JsonNode evaluate(Scope scope) {
    return part.evaluate(scope);
  }

  /** Whether every scope gives the same value. */
  public boolean isConstant() {
    return part instanceof Constant;
  }

  /** What its expressions read apart from their input. */
  public References references() {
    return references;
  }

  /** The value it was parsed from. */
  public JsonNode toJson() {
    return source;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Template that && source.equals(that.source);
  }

  @Override
  public int hashCode() {
    return Objects.hash(source);
  }

  @Override
  public String toString() {
    return Json.write(source);
  }

  private sealed interface Part permits Constant, Computed, Text, Members, Elements {
    JsonNode evaluate(Scope scope);
  }

  private record Constant(JsonNode value) implements Part {
    @Override
    public JsonNode evaluate(Scope scope) {
      return value;
    }
  }

  private record Computed(Expression expression) implements Part {
    @Override
    public JsonNode evaluate(Scope scope) {
      return expression.evaluate(scope);
    }
  }

  /** Pieces of one string. */
  private record Text(List<Part> pieces) implements Part {
    @Override
    public JsonNode evaluate(Scope scope) {
      StringBuilder text = new StringBuilder();
      for (Part piece : pieces) {
        JsonNode value = piece.evaluate(scope);
        text.append(value.isTextual() ? value.textValue() : Json.write(value));
      }
      return TextNode.valueOf(text.toString());
    }
  }

  private record Members(List<String> names, List<Part> values) implements Part {
    @Override
    public JsonNode evaluate(Scope scope) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < names.size(); i++) {
        node.set(names.get(i), values.get(i).evaluate(scope));
      }
      return node;
    }
  }

  private record Elements(List<Part> values) implements Part {
    @Override
    public JsonNode evaluate(Scope scope) {
      ArrayNode node = JsonNodeFactory.instance.arrayNode(values.size());
      for (Part value : values) {
        node.add(value.evaluate(scope));
      }
      return node;
    }
  }

  private static final class Compiler {
    private final List<ExpressionException> problems = new ArrayList<>();
    private References references = References.NONE;

    Part part(JsonNode node, String pointer) {
      if (node.isTextual()) {
        try {
          return text(node);
        } catch (ExpressionException e) {
          problems.add(e.under(pointer));
        }
      } else if (node.isObject()) {
        return members(node, pointer);
      } else if (node.isArray()) {
        return elements(node, pointer);
      }
      return new Constant(node);
    }

    private Part members(JsonNode node, String pointer) {
      List<String> names = new ArrayList<>();
      List<Part> values = new ArrayList<>();
      for (var member : node.properties()) {
        names.add(member.getKey());
        String escaped = member.getKey().replace("~", "~0").replace("/", "~1");
        values.add(part(member.getValue(), pointer + "/" + escaped));
      }
      return folded(values, new Members(names, values));
    }

    private Part elements(JsonNode node, String pointer) {
      List<Part> values = new ArrayList<>();
      for (JsonNode element : node) {
        values.add(part(element, pointer + "/" + values.size()));
      }
      return folded(values, new Elements(values));
    }

    private Part text(JsonNode node) {
      String text = node.textValue();
      if (!text.contains("${")) {
        return new Constant(node);
      }
      if (Expression.isExpression(text)) {
        int start = text.indexOf("${");
        JqLexer.Program found = JqLexer.program(text, start + 2);
        if (text.substring(found.end() + 1).isBlank()) {
          return new Computed(add(Expression.compile(text, start, found)));
        }
      }
      List<Part> pieces = pieces(text);
      return folded(pieces, new Text(pieces));
    }

    private List<Part> pieces(String text) {
      List<Part> pieces = new ArrayList<>();
      StringBuilder plain = new StringBuilder();
      int at = 0;
      while (at < text.length()) {
        if (text.startsWith("$${", at)) {
          plain.append("${");
          at += 3;
        } else if (text.startsWith("${", at)) {
          JqLexer.Program found = JqLexer.program(text, at + 2);
          pieces.add(new Constant(TextNode.valueOf(plain.toString())));
          pieces.add(new Computed(add(Expression.compile(text, at, found))));
          plain.setLength(0);
          at = found.end() + 1;
        } else {
          plain.append(text.charAt(at++));
        }
      }
      pieces.add(new Constant(TextNode.valueOf(plain.toString())));
      return pieces;
    }

    private Expression add(Expression expression) {
      references = references.and(expression.references());
      return expression;
    }

    /** What is made of constants alone is computed here, once. */
    private static Part folded(List<Part> parts, Part whole) {
      boolean constant = parts.stream().allMatch(Constant.class::isInstance);
      return constant ? new Constant(whole.evaluate(null)) : whole;
    }
  }
}
