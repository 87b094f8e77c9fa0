package dev.howdah.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.design.Design;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The JSON Schema that a design's input must fit. Thread-safe. */
public final class InputSchema {
  private final Optional<Shape> shape;

  private InputSchema(Optional<Shape> shape) {
    this.shape = shape;
  }

  public static InputSchema of(Design design) {
    return new InputSchema(design.input().map(Shape::of));
  }

  /** Everything in which the input does not fit; empty when it does. */
  public List<Shape.Misfit> misfits(JsonNode input) {
    return shape.map(s -> s.misfits(input)).orElse(List.of());
  }

  /**
   * Lets a fitting input pass.
   *
   * @throws dev.howdah.fault.FaultException {@code input.schema}
   */
  public void check(JsonNode input) {
    List<Shape.Misfit> misfits = misfits(input);
    if (!misfits.isEmpty()) {
      throw Fault.rejected(
              "input.schema",
              Blame.CALLER,
              "the input does not fit the design's schema: "
                  + misfits.stream().map(Shape.Misfit::toString).collect(Collectors.joining("; ")))
          .toException();
    }
  }
}
