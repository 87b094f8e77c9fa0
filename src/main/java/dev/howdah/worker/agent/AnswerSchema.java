package dev.howdah.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import dev.howdah.json.Shape;
import java.util.List;

/** The JSON Schema that an answer must satisfy. Compiled once; thread-safe. */
public final class AnswerSchema {
  private static final int MOST_PROBLEMS = 10;

  private final JsonNode json;
  private final Shape shape;

  /** Compiles a schema, draft 2020-12. */
  public AnswerSchema(JsonNode json) {
    this.json = json;
    this.shape = Shape.of(json);
  }

  /** What of an answer is not as it must be; empty when all is. */
  List<String> problems(JsonNode answer) {
    return shape.misfits(answer).stream().limit(MOST_PROBLEMS).map(Shape.Misfit::toString).toList();
  }

  /** The schema itself. */
  String text() {
    return Json.write(json);
  }
}
