package dev.howdah.engine.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Outcome;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.expression.Expression;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message is read as it was written, and what is none is told apart. */
class CodecTest {
  private static final String ODD =
      "{\"a b\":[1,-2.50,1e3,\"\\u0000é\\\"\\\\\uD83D\uDC2A\",null,true],\"\":{}}";

  static List<Dispatch> dispatches() {
    Map<String, Value> blocks = new LinkedHashMap<>();
    blocks.put("z", Value.ofText(ODD));
    blocks.put("a", Value.NULL);
    return List.of(
        new Dispatch(
            "e1",
            "",
            "d@1",
            "a",
            "a",
            1,
            "default",
            Value.NULL,
            Optional.empty(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            1_000,
            Long.MAX_VALUE),
        new Dispatch(
            "e2",
            "/path",
            "d@12",
            "each/in",
            "each[17]/in",
            3,
            "g1",
            Value.ofText(ODD),
            Optional.of(Value.ofText("[1]")),
            blocks,
            Map.of(
                "given",
                Optional.of(Value.of(Json.MAPPER.createArrayNode().add(1))),
                "skipped",
                Optional.empty()),
            Optional.of(new Dispatch.Item(Value.NULL, 17)),
            1_000,
            2_000,
            List.of("e1", "e0"),
            Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("dispatches")
  void aStageIsReadAsItWasWritten(Dispatch dispatch) throws Exception {
    byte[] written = Codec.stage(dispatch);
    JsonNode message = Codec.read(written);

    assertEquals(Codec.Type.STAGE, Codec.type(message));
    assertEquals(dispatch.execution(), Codec.execution(message));
    Dispatch read = Codec.dispatch(message);
    assertEquals(dispatch, read);
    assertEquals(dispatch.idempotencyKey(), read.idempotencyKey());
    assertEquals(List.copyOf(dispatch.blocks().keySet()), List.copyOf(read.blocks().keySet()));
  }

  static List<StepResult> steps() {
    Fault asks =
        new Fault(
            "it.broke", Blame.WORKER, "broke \"it\"", true, Optional.of(Duration.ofMillis(7)));
    return List.of(
        new StepResult.Done("a", 1, 2, Value.ofText(ODD), Optional.empty()),
        new StepResult.Done("a", 1, 2, Value.NULL, Optional.of(List.of())),
        new StepResult.Done("a", 1, 2, Value.ofText("1"), Optional.of(List.of("x", "y"))),
        new StepResult.Done(
            "a", 1, 2, Value.NULL, Optional.empty(), Optional.of(Value.ofText(ODD).node())),
        new StepResult.Failed("a", 1, 2, asks),
        new StepResult.Failed("a", 1, 2, Fault.rejected("no", Blame.DESIGN, "no")),
        new StepResult.Skipped("a", 1, 2),
        new StepResult.Suspended("a", 1, 2, new Outcome.Composed(Value.ofText("[]").node())),
        new StepResult.Suspended("a", 1, 2, new Outcome.Composed(Value.ofText(ODD).node())),
        new StepResult.Suspended("a", 1, 2, new Outcome.Sleeping(Instant.ofEpochMilli(77))),
        gathered(Optional.empty(), Optional.empty()),
        gathered(
            Optional.of(Duration.ofMillis(5)),
            Optional.of(Expression.parse("${ add >= 100 and .[-1] != \"\\u0000\" }"))),
        new StepResult.Suspended(
            "a", 1, 2, new Outcome.Child("other", 0, Value.ofText(ODD).node())),
        new StepResult.Suspended("a", 1, 2, new Outcome.Child("other", 4, Value.NULL.node())));
  }

  private static StepResult gathered(Optional<Duration> within, Optional<Expression> enough) {
    return new StepResult.Suspended(
        "a",
        1,
        2,
        new Outcome.Gathered("s", "k", Value.ofText(ODD).node(), 3, within, true, enough));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aResultIsReadAsItWasWritten(StepResult step) throws Exception {
    StepResult before = new StepResult.Skipped("before", 0, 1);
    byte[] written =
        Codec.result(new StageResult("e1", "each[1]/a", 2, "node", List.of(before, step)));
    JsonNode message = Codec.read(written);

    assertEquals(Codec.Type.RESULT, Codec.type(message));
    StageResult read = Codec.result(message);
    assertEquals("e1", read.execution());
    assertEquals("each[1]/a", read.path());
    assertEquals(2, read.attempt());
    assertEquals("node", read.node());
    assertEquals(before, read.steps().get(0));
    assertEquals(step, read.steps().get(1));
  }

  @Test
  void aResultOfNothingIsReadAsSuch() throws Exception {
    StageResult read =
        Codec.result(Codec.read(Codec.result(new StageResult("e1", "a", 1, "n", List.of()))));

    assertEquals(List.of(), read.steps());
  }

  @Test
  void aPieceOfATextIsReadAsItWasWritten() throws Exception {
    Partial partial = new Partial("x", "each[1]/ask", 2, "one \"two\"\n");
    JsonNode message = Codec.read(Codec.partial(partial));
    assertEquals(Codec.Type.PARTIAL, Codec.type(message));
    assertEquals(partial, Codec.partial(message));
  }

  @Test
  void theOthersNameTheirExecutionAndWhatHappensToIt() throws Exception {
    JsonNode child = Codec.read(Codec.child("e1", "a", "e2"));
    JsonNode cancel = Codec.read(Codec.cancel("e1", "no \"need\""));

    assertEquals(Codec.Type.CHILD, Codec.type(child));
    assertEquals("a", child.get("path").textValue());
    assertEquals("e2", child.get("child").textValue());
    assertEquals(Codec.Type.CANCEL, Codec.type(cancel));
    assertEquals("no \"need\"", cancel.get("reason").textValue());
    JsonNode stop = Codec.read(Codec.stop("e1", "each[3]/a"));
    assertEquals(Codec.Type.STOP, Codec.type(stop));
    assertEquals("each[3]/a", stop.get("path").textValue());
    for (JsonNode message : List.of(child, cancel, stop)) {
      assertEquals("e1", Codec.execution(message));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "7",
        "[]",
        "{}",
        "{\"type\":\"STAGE\"}",
        "{\"execution\":\"e1\"}",
        "{\"type\":7,\"execution\":\"e1\"}",
        "{\"type\":\"STAGE\",\"execution\":null}",
        "{\"type\":\"STAGE\",\"execution\":\"e1\"",
        "\u0000\u0001binary"
      })
  void whatIsNoMessageIsToldApart(String text) {
    assertThrows(IOException.class, () -> Codec.read(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The reader of a topic takes any of these for rubbish, which ends at no worse. */
  @Test
  void aMessageThatLacksItsPartsIsNone() throws Exception {
    byte[] nested = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertThrows(IOException.class, () -> Codec.read(nested));
    JsonNode bare =
        Codec.read("{\"type\":\"OTHER\",\"execution\":\"e1\"}".getBytes(StandardCharsets.UTF_8));
    assertThrows(IllegalArgumentException.class, () -> Codec.type(bare));
    assertThrows(RuntimeException.class, () -> Codec.dispatch(bare));
    assertThrows(RuntimeException.class, () -> Codec.result(bare));
  }
}
