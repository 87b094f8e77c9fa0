package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Turns a value of a document into a configuration record. */
public final class Configuration {
  private Configuration() {}

  /**
   * Binds a value to a record.
   *
   * <p>Components may be String, int, long, double, boolean, Duration, enums (lower case in the
   * document), JsonNode, {@link dev.howdah.expression.Expression}, {@link
   * dev.howdah.expression.Template}, {@link ByteSize}, records, and Optional, List and String-keyed
   * Map of those. A component is required unless it is Optional or has a {@link Default}. Null for
   * one that is not required is as if it was left out; only where any JSON may stand and there is a
   * default, it is a value.
   *
   * @param type the record
   * @param data the value, usually a block's data
   * @param positions where the parts of the value stand
   * @param problems everything that is wrong is added here
   * @return the record; empty when a problem was added
   */
  public static <C extends Record> Optional<C> bind(
      Class<C> type, JsonNode data, PositionOf positions, Problems problems) {
    Report report = new Report(positions, problems);
    JsonNode said = Nulls.without(type, data);
    ConfigurationSchema.of(type).validate(said, report);
    Optional<C> bound = RecordBinder.bind(type, said, report);
    if (!report.isEmpty()) {
      return Optional.empty();
    }
    if (bound.isEmpty()) {
      throw new IllegalStateException("no problem was found, but " + data + " is no " + type);
    }
    return bound;
  }
}
