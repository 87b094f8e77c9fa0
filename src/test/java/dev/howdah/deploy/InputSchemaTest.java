package dev.howdah.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.howdah.design.DesignParser;
import dev.howdah.json.Json;
import dev.howdah.json.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputSchemaTest {
  private static final InputSchema SCHEMA =
      InputSchema.of(
          DesignParser.parse(
              "design",
              """
              name: x
              input:
                type: object
                required: [id]
                properties:
                  id: {type: integer}
                  few: {type: integer, minimum: 0, maximum: 8}
                  rows:
                    type: array
                    items: {type: object, properties: {"a.b": {type: string, minLength: 2}}}
              blocks:
                - {id: a, type: transform, data: {}}
              """));

  private static List<Shape.Misfit> misfits(String json) throws Exception {
    return SCHEMA.misfits(Json.read(json));
  }

  @Test
  void whatFitsHasNoMisfits() throws Exception {
    assertEquals(List.of(), misfits("{\"id\": 1, \"rows\": [{\"a.b\": \"long\"}]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e500", "-1e500", "1e19", "18446744073709551617.0", "1e400000000", "9", "8.5"})
  void aNumberOutsideItsBoundsDoesNotFitHoweverItIsWritten(String number) throws Exception {
    Shape.Misfit misfit = misfits("{\"id\": 1, \"few\": %s}".formatted(number)).get(0);

    assertEquals("/few", misfit.pointer());
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "8.0", "8e0", "0.0"})
  void aNumberInsideItsBoundsFitsHoweverItIsWritten(String number) throws Exception {
    assertEquals(List.of(), misfits("{\"id\": 1e30, \"few\": %s}".formatted(number)));
  }

  @Test
  void aMisfitInsideAnArrayIsNamedByJsonPointers() throws Exception {
    Shape.Misfit misfit = misfits("{\"id\": 1, \"rows\": [{}, {\"a.b\": \"x\"}]}").get(0);

    assertEquals("/rows/1/a.b", misfit.pointer());
    assertEquals("/properties/rows/items/properties/a.b/minLength", misfit.schema());
    assertEquals("must be at least 2 characters long", misfit.message());
  }

  @Test
  void aMisfitOfTheWholeInputHasTheEmptyPointer() throws Exception {
    Shape.Misfit misfit = misfits("{}").get(0);

    assertEquals("", misfit.pointer());
    assertEquals("required property 'id' not found", misfit.message());
  }

  @Test
  void everythingThatDoesNotFitIsToldAtOnce() throws Exception {
    assertEquals(2, misfits("{\"id\": \"one\", \"rows\": [{\"a.b\": \"x\"}]}").size());
  }
}
