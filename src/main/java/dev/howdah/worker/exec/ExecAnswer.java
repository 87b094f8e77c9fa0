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
  private final byte[] stdout;

  /**
   * @param label what messages call the program
   * @param stdout not copied
   */
  ExecAnswer(String label, byte[] stdout) {
    this.label = label;
    this.stdout = stdout;
  }

  /** The bytes of standard output; not a copy. */
  public byte[] stdout() {
    return stdout;
  }

  /** Standard output as text; bytes that are not UTF-8 become U+FFFD. */
  public String text() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  /**
   * Standard output as JSON; JSON null when there is none.
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
              "%s wrote no JSON value to its standard output, which starts with: %s; ask for text if that is meant"
                  .formatted(label, Excerpt.of(text)))
          .toException();
    }
  }
}
