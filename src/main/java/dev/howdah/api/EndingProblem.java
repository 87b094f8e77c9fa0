package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;

/** An execution that did not complete, as its caller is told. */
final class EndingProblem {
  private EndingProblem() {}

  /**
   * @param ending not {@link Ending.Completed}
   */
  static ApiAnswer of(String execution, Ending ending) {
    ObjectNode more = Json.MAPPER.createObjectNode();
    more.put("execution_id", execution);
    if (ending instanceof Ending.Failed failed) {
      more.put("path", failed.path());
      more.put("blame", failed.fault().blame().label());
      return ApiAnswer.problem(Statuses.ofExecution(failed.fault()), failed.fault(), more);
    }
    String reason = ((Ending.Cancelled) ending).reason();
    return ApiAnswer.problem(
        409,
        Fault.rejected(
            "execution.cancelled", Blame.CALLER, "the execution was cancelled: " + reason),
        more);
  }
}
