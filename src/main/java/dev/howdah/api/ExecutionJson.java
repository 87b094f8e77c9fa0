package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.record.Endings;
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
    json.put("rerun_of", row.rerunOf());
    put(json, "input_data", row.input());
    put(json, "result_data", row.result());
    put(json, "error", row.error());
    json.put("started_at", Times.text(row.startedAt()));
    Times.put(json, "completed_at", row.completedAt());
    json.put(
        "duration_ms",
        row.completedAt() == null ? null : (Long) (row.completedAt() - row.startedAt()));
    return json;
  }

  /** Puts how an execution will have ended. */
  static void put(ObjectNode json, Ending ending) {
    json.put("status", Endings.status(ending).label());
    put(json, "error", Endings.error(ending));
  }

  /** Puts stored JSON, which is not parsed for that; null stays null. */
  static void put(ObjectNode json, String name, String stored) {
    if (stored == null) {
      json.putNull(name);
    } else {
      json.putRawValue(name, new RawValue(stored));
    }
  }
}
