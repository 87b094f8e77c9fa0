package dev.howdah.worker.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.json.Json;
import dev.howdah.json.NotJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;

/** Makes JSON of the body that an exchange ends with. */
final class CamelAnswer {
  private CamelAnswer() {}

  /**
   * The output of a message.
   *
   * @throws dev.howdah.fault.FaultException {@code camel.not-json}, {@code camel.too-large}, {@code
   *     camel.invalid-answer}
   */
  static JsonNode of(CamelMessage message, Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    if (message.answer().isEmpty() || body == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    CamelMessage.Answer wanted = message.answer().get();
    if (wanted == CamelMessage.Answer.JSON && isTree(body)) {
      return tree(message, body);
    }
    byte[] bytes = bytes(message, exchange.getMessage());
    return switch (wanted) {
      case JSON -> json(message, bytes);
      case TEXT -> JsonNodeFactory.instance.textNode(new String(bytes, StandardCharsets.UTF_8));
      case BYTES -> JsonNodeFactory.instance.textNode(Base64.getEncoder().encodeToString(bytes));
    };
  }

  private static boolean isTree(Object body) {
    return body instanceof JsonNode
        || body instanceof Map
        || (body instanceof Iterable && !(body instanceof StreamCache))
        || body instanceof Number
        || body instanceof Boolean;
  }

  private static JsonNode tree(CamelMessage message, Object body) {
    JsonNode tree;
    try {
      tree = body instanceof JsonNode node ? node : Json.MAPPER.valueToTree(body);
    } catch (IllegalArgumentException e) {
      throw CamelFaults.invalidAnswer(message, e.getMessage());
    }
    if (tree instanceof BinaryNode) {
      throw CamelFaults.notJson(message, "it is bytes");
    }
    limit(message, Json.write(tree).length());
    return tree;
  }

  private static JsonNode json(CamelMessage message, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.isBlank()) {
      return JsonNodeFactory.instance.nullNode();
    }
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw CamelFaults.notJson(message, NotJson.reason(e));
    }
  }

  /** A stream is read no further than it may be long. */
  private static byte[] bytes(CamelMessage message, Message answer) {
    Object body = answer.getBody();
    byte[] bytes;
    try {
      if (body instanceof byte[] all) {
        bytes = all;
      } else if (body instanceof String text) {
        bytes = text.getBytes(StandardCharsets.UTF_8);
      } else if (body instanceof JsonNode tree) {
        bytes = Json.write(tree).getBytes(StandardCharsets.UTF_8);
      } else {
        try (InputStream stream = answer.getMandatoryBody(InputStream.class)) {
          bytes = stream.readNBytes((int) message.maxResponse() + 1);
        }
      }
    } catch (IOException | InvalidPayloadException e) {
      throw CamelFaults.invalidAnswer(message, e.getMessage());
    }
    limit(message, bytes.length);
    return bytes;
  }

  private static void limit(CamelMessage message, long bytes) {
    if (bytes > message.maxResponse()) {
      throw CamelFaults.tooLarge(message);
    }
  }
}
