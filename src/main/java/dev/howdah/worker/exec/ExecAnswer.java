package dev.howdah.worker.exec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.worker.Excerpt;
import java.nio.charset.StandardCharsets;

/** What a program that succeeded has written. Immutable as long as nobody changes the bytes. */
public final class ExecAnswer {
  private final String label;
  private final String where;
  private final byte[] content;

  /**
   * @param label what messages call the program
   * @param where what it was written to
   * @param content not copied
   */
  ExecAnswer(String label, String where, byte[] content) {
    this.label = label;
    this.where = where;
    this.content = content;
  }

  /** The bytes of standard output, or of the file that was asked for; not a copy. */
  public byte[] bytes() {
    return content;
  }

  /** What was written as text; bytes that are not UTF-8 become U+FFFD. */
  public String text() {
    return new String(content, StandardCharsets.UTF_8);
  }

  /**
   * What was written as JSON; JSON null when that is nothing.
   *
   * @throws dev.howdah.fault.FaultException {@code exec.not-json} when it is not exactly one JSON
   *     value
   */
  public JsonNode json() {
    String text = text();
    if (text.isBlank()) {
      return JsonNodeFactory.instance.nullNode();
    }
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw Fault.rejected(
              "exec.not-json",
              Blame.WORKER,
              "%s wrote no JSON value to %s, which starts with: %s; ask for text if that is meant"
                  .formatted(label, where, Excerpt.of(text)))
          .toException();
    }
  }
}
