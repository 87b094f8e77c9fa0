package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.design.Problem;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import io.vertx.core.VertxException;
import io.vertx.ext.web.handler.HttpException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What callers are told of whatever was thrown. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static ApiAnswer answer(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof CompletionException || cause instanceof ExecutionException)) {
      cause = cause.getCause();
    }
    if (cause instanceof FaultException fault && !fault.mistakes().isEmpty()) {
      return MistakesProblem.of(fault);
    }
    if (cause instanceof FaultException fault) {
      return ApiAnswer.problem(Statuses.ofRequest(fault.fault()), fault.fault());
    }
    if (cause instanceof InvalidDesignException invalid) {
      return invalidDesign(invalid);
    }
    if (cause instanceof JsonBody.Malformed malformed) {
      ObjectNode place = Json.MAPPER.createObjectNode();
      place.put("line", malformed.line()).put("column", malformed.column());
      return ApiAnswer.problem(400, malformed.fault(), place);
    }
    if (cause instanceof HttpException || cause instanceof VertxException) {
      return ApiAnswer.problem(
          400,
          Fault.rejected(
              "request.invalid", Blame.CALLER, "the address or the body cannot be decoded"));
    }
    LOG.error("A request failed in a way Howdah does not know; its caller is told 500.", cause);
    return ApiAnswer.problem(
        500,
        Fault.rejected(
            "engine.unexpected",
            Blame.ENGINE,
            "an unexpected %s; the log of this node tells more"
                .formatted(cause.getClass().getSimpleName())));
  }

  private static ApiAnswer invalidDesign(InvalidDesignException invalid) {
    ObjectNode more = Json.MAPPER.createObjectNode();
    ArrayNode problems = more.putArray("problems");
    for (Problem problem : invalid.problems()) {
      problems
          .addObject()
          .put("line", problem.position().line())
          .put("column", problem.position().column())
          .put("code", problem.code())
          .put("message", problem.message())
          .put("cure", problem.cure());
    }
    int count = problems.size();
    return ApiAnswer.problem(
        422,
        Fault.rejected(
            "design.invalid",
            Blame.DESIGN,
            "the design has %d problem%s; each is listed with its place and its cure"
                .formatted(count, count == 1 ? "" : "s")),
        more);
  }
}
