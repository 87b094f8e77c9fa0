package dev.howdah.design;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.json.NotJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Reads JSON. */
final class JsonReader {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonParser parser;
  private final TreeBuilder builder;

  private JsonReader(JsonParser parser, TreeBuilder builder) {
    this.parser = parser;
    this.builder = builder;
  }

  static JsonNode read(String text, TreeBuilder builder) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonReader reader = new JsonReader(parser, builder);
      parser.nextToken();
      JsonNode root = reader.value("", null, 0);
      if (parser.nextToken() != null) {
        JsonLocation here = parser.currentTokenLocation();
        builder.problem(
            "design.syntax",
            here.getLineNr(),
            here.getColumnNr(),
            "there is text after the end of the document",
            "remove it");
      }
      return root;
    } catch (JsonProcessingException e) {
      JsonLocation where = e.getLocation();
      throw builder.giveUp(
          "design.syntax",
          where == null ? 1 : where.getLineNr(),
          where == null ? 1 : where.getColumnNr(),
          "this is not JSON: " + NotJson.reason(e),
          "correct the JSON here or just before");
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be read", e);
    }
  }

  private JsonNode value(String pointer, int[] key, int depth) throws IOException {
    JsonLocation here = parser.currentTokenLocation();
    builder.place(pointer, key, here.getLineNr(), here.getColumnNr());
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> object(pointer, depth + 1, here);
      case START_ARRAY -> array(pointer, depth + 1, here);
      case VALUE_STRING -> TextNode.valueOf(parser.getText());
      case VALUE_TRUE -> BooleanNode.TRUE;
      case VALUE_FALSE -> BooleanNode.FALSE;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText(), here);
      default -> NullNode.instance;
    };
  }

  private JsonNode number(String text, JsonLocation here) {
    if (TreeBuilder.isExcessive(text)) {
      throw builder.excessive(here.getLineNr(), here.getColumnNr());
    }
    return number(text);
  }

  /** The node of a decimal number: an int or long where it fits. */
  static JsonNode number(String text) {
    if (text.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')) {
      return NODES.numberNode(new BigDecimal(text));
    }
    BigInteger integer = new BigInteger(text);
    if (integer.bitLength() < 32) {
      return NODES.numberNode(integer.intValue());
    }
    return integer.bitLength() < 64
        ? NODES.numberNode(integer.longValue())
        : NODES.numberNode(integer);
  }

  private ObjectNode object(String pointer, int depth, JsonLocation start) throws IOException {
    builder.enter(depth, start.getLineNr(), start.getColumnNr());
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonLocation key = parser.currentTokenLocation();
      builder.checkKey(object, pointer, name, key.getLineNr(), key.getColumnNr());
      parser.nextToken();
      int[] place = {key.getLineNr(), key.getColumnNr()};
      object.set(name, value(TreeBuilder.member(pointer, name), place, depth));
    }
    return object;
  }

  private ArrayNode array(String pointer, int depth, JsonLocation start) throws IOException {
    builder.enter(depth, start.getLineNr(), start.getColumnNr());
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(pointer + "/" + array.size(), null, depth));
    }
    return array;
  }
}
