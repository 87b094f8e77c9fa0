package dev.howdah.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.howdah.json.Json;
import java.util.List;

/** The JSON Schema that an answer must satisfy. Compiled once; thread-safe. */
public final class AnswerSchema {
  private static final int MOST_PROBLEMS = 10;

  private final JsonNode json;
  private final JsonSchema schema;

  /**
   * Compiles a schema, draft 2020-12.
   *
   * @throws IllegalArgumentException when it is none
   */
  public AnswerSchema(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("schema is an object, a JSON Schema");
    }
    this.json = json;
    try {
      schema =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
              .getSchema(
                  json, SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build());
      schema.initializeValidators();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("schema is no JSON Schema: " + e.getMessage(), e);
    }
  }

  /** What of an answer is not as it must be; empty when all is. */
  public List<String> problems(JsonNode answer) {
    return schema.validate(answer).stream()
        .limit(MOST_PROBLEMS)
        .map(ValidationMessage::getMessage)
        .toList();
  }

  /** The schema itself. */
  public String text() {
    return Json.write(json);
  }
}
