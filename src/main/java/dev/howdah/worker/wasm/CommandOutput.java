package dev.howdah.worker.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.json.Json;

/** Reads what a command wrote to its standard output. */
final class CommandOutput {
  private CommandOutput() {}

  /** JSON as it is, nothing as null, anything else as a string without its last line break. */
  static JsonNode toJson(byte[] stdout) {
    if (stdout.length == 0) {
      return NullNode.getInstance();
    }
    String text = new String(stdout, UTF_8);
    try {
      JsonNode parsed = Json.read(text);
      if (!parsed.isMissingNode()) {
        return parsed;
      }
    } catch (JsonProcessingException e) {
      // not JSON, so it is text
    }
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }
    return TextNode.valueOf(text);
  }

  /** What a module reads on its standard input: JSON text, or nothing for null. */
  static byte[] stdin(JsonNode stdin) {
    return stdin == null ? new byte[0] : Json.write(stdin).getBytes(UTF_8);
  }
}
