package dev.howdah.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.NotJson;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** Reads JSON bodies. */
final class JsonBody {
  /** A body that is not JSON, with the place where it stops to be. */
  static final class Malformed extends RuntimeException {
    private final transient Fault fault;
    private final int line;
    private final int column;

    private Malformed(Fault fault, int line, int column) {
      super(fault.message(), null, false, false);
      this.fault = fault;
      this.line = line;
      this.column = column;
    }

    Fault fault() {
      return fault;
    }

    int line() {
      return line;
    }

    int column() {
      return column;
    }
  }

  private JsonBody() {}

  /**
   * The one JSON value that a body holds.
   *
   * @throws Malformed when it does not
   */
  static JsonNode read(Buffer body) {
    try {
      JsonNode node = Json.MAPPER.readTree(body.getBytes());
      if (!node.isMissingNode()) {
        return node;
      }
      throw malformed("it is empty", 1, 1);
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      throw malformed(
          NotJson.reason(e),
          location == null ? 1 : Math.max(1, location.getLineNr()),
          location == null ? 1 : Math.max(1, location.getColumnNr()));
    } catch (IOException e) {
      throw malformed(String.valueOf(e.getMessage()), 1, 1);
    }
  }

  private static Malformed malformed(String what, int line, int column) {
    Fault fault =
        Fault.rejected(
            "request.json",
            Blame.CALLER,
            "the body is not JSON at line %d, column %d: %s".formatted(line, column, what));
    return new Malformed(fault, line, column);
  }
}
