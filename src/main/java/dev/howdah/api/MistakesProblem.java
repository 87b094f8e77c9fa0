package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.fault.Mistake;
import dev.howdah.json.Json;
import java.util.List;

/** The answer to a request that is wrong: a problem that lists every mistake. */
final class MistakesProblem {
  private MistakesProblem() {}

  static ApiAnswer of(FaultException refused) {
    List<Mistake> mistakes = refused.mistakes();
    ObjectNode more = Json.MAPPER.createObjectNode();
    ArrayNode errors = more.putArray("errors");
    mistakes.forEach(
        mistake ->
            errors
                .addObject()
                .put("pointer", mistake.place())
                .put("code", mistake.code())
                .put("message", mistake.cause())
                .put("cure", mistake.cure()));
    Fault fault = refused.fault();
    if (mistakes.size() > 1) {
      String count = "the request has %d mistakes; each is listed with its place and its cure";
      fault = Fault.rejected(fault.code(), Blame.CALLER, count.formatted(mistakes.size()));
    }
    return ApiAnswer.problem(status(refused), fault, more);
  }

  /** That of all mistakes when they have the same. */
  private static int status(FaultException refused) {
    List<Integer> statuses =
        refused.mistakes().stream()
            .map(Mistake::code)
            .map(code -> Statuses.ofRequest(Fault.rejected(code, Blame.CALLER, code)))
            .distinct()
            .toList();
    return statuses.size() == 1 ? statuses.get(0) : 400;
  }
}
