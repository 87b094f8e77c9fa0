package dev.howdah.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * What a model is told of a tool that it may call.
 *
 * @param description what it does and when to use it; may be empty
 * @param parameters a JSON Schema of an object; of its own keywords the model is told {@code
 *     properties}, {@code required}, {@code additionalProperties} and {@code $defs}
 */
public record AgentTool(String name, String description, JsonNode parameters) {

  ToolSpecification specification() {
    ToolSpecification.Builder tool = ToolSpecification.builder().name(name);
    if (!description.isBlank()) {
      tool.description(description);
    }
    JsonObjectSchema.Builder schema = JsonObjectSchema.builder();
    schema.addProperties(raw(parameters.path("properties")));
    schema.required(
        StreamSupport.stream(parameters.path("required").spliterator(), false)
            .map(JsonNode::asText)
            .toList());
    if (parameters.path("additionalProperties").isBoolean()) {
      schema.additionalProperties(parameters.get("additionalProperties").booleanValue());
    }
    if (!parameters.path("$defs").isEmpty()) {
      schema.definitions(raw(parameters.get("$defs")));
    }
    return tool.parameters(schema.build()).build();
  }

  private static Map<String, JsonSchemaElement> raw(JsonNode schemas) {
    Map<String, JsonSchemaElement> raw = new LinkedHashMap<>();
    schemas
        .properties()
        .forEach(e -> raw.put(e.getKey(), JsonRawSchema.from(Json.write(e.getValue()))));
    return raw;
  }
}
