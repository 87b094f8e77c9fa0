package dev.howdah.engine.record;

import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import java.util.Optional;

/** Endings as rows and back. */
public final class Endings {
  private Endings() {}

  /** How a recorded execution ended; empty while it runs. */
  public static Optional<Ending> of(ExecutionRow row) {
    return switch (row.status()) {
      case RUNNING -> Optional.empty();
      case COMPLETED -> Optional.of(new Ending.Completed(Value.ofText(row.result())));
      case FAILED -> {
        var error = Json.trusted(row.error());
        yield Optional.of(new Ending.Failed(error.path("path").asText(""), Fault.fromJson(error)));
      }
      case CANCELLED ->
          Optional.of(
              new Ending.Cancelled(Json.trusted(row.error()).path("message").asText("cancelled")));
    };
  }

  public static ExecutionStatus status(Ending ending) {
    if (ending instanceof Ending.Completed) {
      return ExecutionStatus.COMPLETED;
    }
    return ending instanceof Ending.Failed ? ExecutionStatus.FAILED : ExecutionStatus.CANCELLED;
  }

  public static String result(Ending ending) {
    return ending instanceof Ending.Completed completed ? completed.result().text() : null;
  }

  public static String error(Ending ending) {
    if (ending instanceof Ending.Failed failed) {
      return Json.write(failed.fault().toJson().put("path", failed.path()));
    }
    if (ending instanceof Ending.Cancelled cancelled) {
      return Json.write(
          com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
              .objectNode()
              .put("code", "execution.cancelled")
              .put("message", cancelled.reason()));
    }
    return null;
  }
}
