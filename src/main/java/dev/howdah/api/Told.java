package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.json.Json;
import java.util.function.Supplier;

/**
 * One event of an execution, numbered. Rendered only when it is written.
 *
 * @param number counted from 1 in its {@link EventLog}
 * @param name step, sent, token or end
 * @param size about how many bytes its data has
 */
record Told(long number, String name, Supplier<ObjectNode> data, int size) {
  static final String END = "end";

  /** Whether an id is that of the last event of a stream; an id may be null. */
  static boolean isEnd(String id) {
    return id != null && id.endsWith("-" + END);
  }

  boolean isEnd() {
    return name.equals(END);
  }

  /** As server-sent events are written. */
  String text(String epoch) {
    return "id: %s\nevent: %s\ndata: %s\n\n".formatted(id(epoch), name, Json.write(data.get()));
  }

  /** The number in an id of that epoch; 0, which is before all, for an id of another one. */
  static long number(String id, String epoch) {
    if (id == null || !id.matches("[0-9a-z]{1,16}-[0-9]{1,18}") || !id.startsWith(epoch + "-")) {
      return 0;
    }
    return Long.parseLong(id.substring(epoch.length() + 1));
  }

  /** The epoch in an id; empty in what is none. */
  static String epoch(String id) {
    return id.substring(0, Math.max(0, id.indexOf('-')));
  }

  private String id(String epoch) {
    return epoch + "-" + number + (isEnd() ? "-" + END : "");
  }
}
