package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request whose body has come, for work that may block. Immutable.
 *
 * @param path the variable parts of the path, by name
 * @param caller the address it came from
 */
record ApiRequest(
    Map<String, String> path, MultiMap query, MultiMap headers, Buffer body, String caller) {

  static ApiRequest of(RoutingContext context, Buffer body) {
    return new ApiRequest(
        Map.copyOf(context.pathParams()),
        context.queryParams(),
        context.request().headers(),
        body,
        Callers.address(context.request()));
  }

  String part(String name) {
    return path.get(name);
  }

  Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name)).filter(text -> !text.isEmpty());
  }

  /** A whole number of the query from {@code least} to {@code most}. */
  int number(String name, int least, int most, int initial) {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return initial;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw wrong("%s is a whole number from %d to %d".formatted(name, least, most));
  }

  /** The body as JSON; null when it is empty. */
  JsonNode json() {
    return body.length() == 0 ? JsonNodeFactory.instance.nullNode() : JsonBody.read(body);
  }

  /** The body as an object with no other fields than these; empty when the body is. */
  JsonNode object(Set<String> fields) {
    Members members = members(fields);
    members.check();
    return members.object();
  }

  /** The members of the body, which is an object or empty. */
  Members members(Set<String> known) {
    return Members.of(body.length() == 0 ? JsonNodeFactory.instance.objectNode() : json(), known);
  }

  static RuntimeException wrong(String message) {
    return Fault.rejected("request.invalid", Blame.CALLER, message).toException();
  }
}
