package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.json.Json;
import dev.howdah.store.ExecutionRow;

/** An execution as its log tells it. */
final class ExecutionJson {
  private ExecutionJson() {}

  static ObjectNode log(ExecutionRow row) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", row.id());
    json.put("deployment_id", row.deploymentId());
    json.put("design_id", row.designId());
    json.put("revision", row.revision());
    json.put("execution_id", row.id());
    json.put("status", row.status().label());
    json.put("trigger_type", row.triggerType());
    json.put("triggered_by", row.triggeredBy());
    json.set("input_data", Json.trusted(row.input()));
    json.set("result_data", orNull(row.result()));
    json.set("error", orNull(row.error()));
    json.put("started_at", Times.text(row.startedAt()));
    Times.put(json, "completed_at", row.completedAt());
    json.put(
        "duration_ms",
        row.completedAt() == null ? null : (Long) (row.completedAt() - row.startedAt()));
    return json;
  }

  static JsonNode orNull(String text) {
    return text == null ? NullNode.getInstance() : Json.trusted(text);
  }
}
