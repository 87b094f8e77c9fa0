package dev.howdah.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.howdah.design.Design;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.List;
import java.util.Optional;

/** The JSON Schema that a design's input must fit. Thread-safe. */
public final class InputSchema {
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private static final SchemaValidatorsConfig CONFIG =
      SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();

  /**
   * One thing that does not fit.
   *
   * @param pointer where in the input, as a JSON pointer
   * @param schema where in the schema, as a JSON pointer
   * @param message what does not fit
   */
  public record Misfit(String pointer, String schema, String message) {}

  private final Optional<JsonSchema> schema;

  private InputSchema(Optional<JsonSchema> schema) {
    this.schema = schema;
  }

  public static InputSchema of(Design design) {
    return new InputSchema(design.input().map(json -> FACTORY.getSchema(json, CONFIG)));
  }

  /** Everything in which the input does not fit; empty when it does. */
  public List<Misfit> misfits(JsonNode input) {
    return schema
        .map(s -> s.validate(input).stream().map(InputSchema::misfit).toList())
        .orElse(List.of());
  }

  /**
   * Lets a fitting input pass.
   *
   * @throws dev.howdah.fault.FaultException {@code input.schema}
   */
  public void check(JsonNode input) {
    List<Misfit> misfits = misfits(input);
    if (!misfits.isEmpty()) {
      List<String> lines =
          misfits.stream()
              .map(m -> "%s: %s".formatted(m.pointer().isEmpty() ? "/" : m.pointer(), m.message()))
              .toList();
      throw Fault.rejected(
              "input.schema",
              Blame.CALLER,
              "the input does not fit the design's schema: " + String.join("; ", lines))
          .toException();
    }
  }

  private static Misfit misfit(ValidationMessage message) {
    String pointer = message.getInstanceLocation().toString();
    String text = message.getMessage();
    String place = pointer + ": ";
    return new Misfit(
        pointer,
        message.getSchemaLocation().getFragment().toString(),
        text.startsWith(place) ? text.substring(place.length()) : text);
  }
}
