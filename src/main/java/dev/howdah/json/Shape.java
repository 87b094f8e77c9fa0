package dev.howdah.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.List;

/** A JSON Schema of draft 2020-12 that values must fit. Thread-safe. */
public final class Shape {
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private static final SchemaValidatorsConfig CONFIG =
      SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();

  private final JsonSchema schema;

  /**
   * One thing that does not fit.
   *
   * @param pointer where in the value, as a JSON pointer
   * @param schema where in the schema, as a JSON pointer
   * @param message what does not fit
   */
  public record Misfit(String pointer, String schema, String message) {
    @Override
    public String toString() {
      return (pointer.isEmpty() ? "/" : pointer) + ": " + message;
    }
  }

  private Shape(JsonSchema schema) {
    this.schema = schema;
  }

  /**
   * The shape that a schema describes.
   *
   * @throws RuntimeException when it is no schema
   */
  public static Shape of(JsonNode schema) {
    return new Shape(FACTORY.getSchema(schema, CONFIG));
  }

  /** Everything in which a value does not fit; empty when it does. */
  public List<Misfit> misfits(JsonNode value) {
    return schema.validate(WholeNumbers.writtenOut(value)).stream().map(Shape::misfit).toList();
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
