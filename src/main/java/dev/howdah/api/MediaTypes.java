package dev.howdah.api;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;

/**
 * Which bodies an endpoint takes. A request that does not say what its body is, is believed.
 *
 * @param names for people
 * @param types in lower case, without parameters
 * @param suffixes of structured types, such as {@code +json}
 */
record MediaTypes(String names, Set<String> types, Set<String> suffixes) {
  static final MediaTypes JSON =
      new MediaTypes("application/json", Set.of("application/json"), Set.of("+json"));

  static final MediaTypes DESIGN =
      new MediaTypes(
          "application/yaml or application/json",
          Set.of(
              "application/json",
              "application/yaml",
              "application/x-yaml",
              "text/yaml",
              "text/x-yaml",
              "text/plain",
              "application/octet-stream"),
          Set.of("+json", "+yaml"));

  /** With what curl says of any body: what a module is, is seen by reading it. */
  static final MediaTypes MODULE =
      new MediaTypes(
          "application/wasm, application/protobuf or text/plain",
          Set.of(
              "application/wasm",
              "application/wat",
              "application/octet-stream",
              "application/protobuf",
              "application/x-protobuf",
              "application/vnd.google.protobuf",
              "application/x-www-form-urlencoded",
              "text/plain",
              "text/x-protobuf",
              "text/wat",
              "text/x-wat"),
          Set.of());

  /**
   * Lets a request pass whose body is of one of these types.
   *
   * @throws dev.howdah.fault.FaultException {@code request.media-type}
   */
  void check(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (header == null || types.contains(header)) {
      return;
    }
    int end = header.indexOf(';');
    String type = (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    if (!type.isEmpty() && !types.contains(type) && suffixes.stream().noneMatch(type::endsWith)) {
      throw Fault.rejected(
              "request.media-type",
              Blame.CALLER,
              "a body of type %s is not taken here; send Content-Type: %s".formatted(type, names))
          .toException();
    }
  }
}
