package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Shape;
import java.util.List;

/** The answer to a value that does not fit a schema: a problem that lists every misfit. */
final class MisfitProblem {
  private MisfitProblem() {}

  /** The answer to an input that does not fit the design's schema. */
  static ApiAnswer ofInput(List<Shape.Misfit> misfits) {
    return of("input.schema", "the input does not fit the design's schema", misfits);
  }

  /**
   * The answer.
   *
   * @param what says what does not fit what
   */
  static ApiAnswer of(String code, String what, List<Shape.Misfit> misfits) {
    ObjectNode more = Json.MAPPER.createObjectNode();
    ArrayNode errors = more.putArray("errors");
    misfits.forEach(
        misfit ->
            errors
                .addObject()
                .put("pointer", misfit.pointer())
                .put("schema", misfit.schema())
                .put("message", misfit.message()));
    String places = " in %d place%s".formatted(misfits.size(), misfits.size() == 1 ? "" : "s");
    return ApiAnswer.problem(400, Fault.rejected(code, Blame.CALLER, what + places), more);
  }
}
