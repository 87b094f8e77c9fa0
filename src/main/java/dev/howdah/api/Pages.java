package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Pages of lists: a JSON array, and the address of the next page as a {@code Link}. */
final class Pages {
  private Pages() {}

  /**
   * @param rows objects with an {@code id}
   * @param more whether there are rows behind these
   * @param parameter the query parameter that takes the last id
   */
  static ApiAnswer of(ArrayNode rows, boolean more, String path, String parameter, int limit) {
    return of(rows, more, path, parameter, limit, "");
  }

  /**
   * @param filters further query parameters, each with an ampersand in front
   */
  static ApiAnswer of(
      ArrayNode rows, boolean more, String path, String parameter, int limit, String filters) {
    ApiAnswer answer = ApiAnswer.json(200, rows);
    if (!more) {
      return answer;
    }
    String last =
        URLEncoder.encode(rows.get(rows.size() - 1).get("id").asText(), StandardCharsets.UTF_8);
    return answer.with(
        "Link",
        "<%s?limit=%d&%s=%s%s>; rel=\"next\"".formatted(path, limit, parameter, last, filters));
  }
}
