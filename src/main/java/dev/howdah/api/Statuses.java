package dev.howdah.api;

import dev.howdah.fault.Fault;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/** Which HTTP status a fault is. */
final class Statuses {
  private static final Map<String, Integer> BY_CODE =
      Map.ofEntries(
          Map.entry("design.unknown", 404),
          Map.entry("module.unknown", 404),
          Map.entry("deployment.unknown", 404),
          Map.entry("execution.unknown", 404),
          Map.entry("promise.unknown", 404),
          Map.entry("request.unknown-path", 404),
          Map.entry("request.method", 405),
          Map.entry("deployment.inactive", 409),
          Map.entry("execution.ended", 409),
          Map.entry("execution.running", 409),
          Map.entry("execution.cancelled", 409),
          Map.entry("events.forgotten", 410),
          Map.entry("request.too-large", 413),
          Map.entry("wasm.module-too-large", 413),
          Map.entry("module.too-large", 413),
          Map.entry("request.media-type", 415),
          Map.entry("schedule.not-available", 501));

  private Statuses() {}

  /** The status of a request that could not be served. */
  static int ofRequest(Fault fault) {
    Integer status = BY_CODE.get(fault.code());
    if (status != null) {
      return status;
    }
    return switch (fault.blame()) {
      case CALLER -> 400;
      case DESIGN -> 422;
      case WORKER -> 502;
      case ENGINE -> fault.retryable() ? 503 : 500;
    };
  }

  /** The status of a request whose execution was accepted and failed. */
  static int ofExecution(Fault fault) {
    if (fault.code().equals("execution.deadline") || fault.code().endsWith(".timeout")) {
      return 504;
    }
    if (fault.code().equals("balance.too-few-workers")) {
      return 503;
    }
    return switch (fault.blame()) {
      case WORKER -> 502;
      case CALLER, DESIGN, ENGINE -> 500;
    };
  }

  static String title(int status) {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }
}
