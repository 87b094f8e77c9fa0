package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** Times as RFC 3339 texts. */
final class Times {
  private Times() {}

  static String text(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  /** Null stays null. */
  static void put(ObjectNode json, String name, Long millis) {
    json.put(name, millis == null ? null : text(millis));
  }
}
