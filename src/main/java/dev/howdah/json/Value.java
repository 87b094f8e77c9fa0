package dev.howdah.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Objects;

/**
 * A JSON value as tree and as text, each made at most about once and only when asked for, so that
 * one serialisation serves a row, a message and the next input. Immutable as long as nobody changes
 * the tree; safe to share between threads, because both forms are derived from the other and equal
 * whoever derives them.
 */
public final class Value {
  public static final Value NULL = Value.of(JsonNodeFactory.instance.nullNode());

  private JsonNode node;
  private String text;

  private Value(JsonNode node, String text) {
    this.node = node;
    this.text = text;
  }

  public static Value of(JsonNode node) {
    return new Value(Objects.requireNonNull(node), null);
  }

  /** From text this program wrote itself. */
  public static Value ofText(String text) {
    return new Value(null, Objects.requireNonNull(text));
  }

  public JsonNode node() {
    JsonNode current = node;
    if (current == null) {
      current = Json.trusted(text);
      node = current;
    }
    return current;
  }

  public String text() {
    String current = text;
    if (current == null) {
      current = Json.write(node);
      text = current;
    }
    return current;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value value && node().equals(value.node());
  }

  @Override
  public int hashCode() {
    return node().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
