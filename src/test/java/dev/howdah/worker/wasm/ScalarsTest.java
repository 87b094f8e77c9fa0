package dev.howdah.worker.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "I32 | 5                      | 5",
        "I32 | 5.0                    | 5",
        "I32 | 5e0                    | 5",
        "I32 | \"5\"                  | 5",
        "I32 | \" -5 \"               | -5",
        "I32 | \"5.00\"               | 5",
        "I32 | 2147483647             | 2147483647",
        "I32 | -2147483648            | -2147483648",
        "I32 | 0e999999999            | 0",
        "I64 | 9223372036854775807    | 9223372036854775807",
        "I64 | \"-9223372036854775808\" | -9223372036854775808",
        "I64 | 1e18                   | 1000000000000000000",
      })
  void takesIntegersInEveryNotation(WasmType type, String json, long expected) throws Exception {
    assertArrayEquals(new long[] {expected}, cells(type, json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "I32 | 5.5",
        "I32 | 2147483648",
        "I32 | -2147483649",
        "I32 | 1e1000000000",
        "I32 | 1e-1000000000",
        "I64 | 9223372036854775808",
        "I32 | \"abc\"",
        "I32 | \"\"",
        "I32 | \"0x10\"",
        "I32 | true",
        "I32 | null",
        "I32 | [1]",
        "I32 | {\"x\":1}",
        "F64 | 1e400",
        "F64 | \"NaN\"",
        "F64 | \"Infinity\"",
        "F32 | 1e39",
      })
  void refusesWhatIsNoSuchNumber(WasmType type, String json) throws Exception {
    Fault fault = assertThrows(FaultException.class, () -> cells(type, json)).fault();
    assertEquals("wasm.type", fault.code());
    assertEquals(
        "param 0 of f wants " + type.label() + ", got " + Json.write(Json.read(json)),
        fault.message());
  }

  @Test
  void takesFloatsToTheNearest() throws Exception {
    assertArrayEquals(new long[] {Double.doubleToRawLongBits(0.1)}, cells(WasmType.F64, "0.1"));
    assertArrayEquals(new long[] {Double.doubleToRawLongBits(0.1)}, cells(WasmType.F64, "\"0.1\""));
    assertArrayEquals(
        new long[] {Integer.toUnsignedLong(Float.floatToRawIntBits(-0.1f))},
        cells(WasmType.F32, "-0.1"));
  }

  @Test
  void refusesAnInfiniteDoubleMadeInMemory() {
    WasmSignature f = new WasmSignature("f", List.of(WasmType.F64), List.of());
    assertThrows(
        FaultException.class,
        () -> Scalars.toCells(f, List.of(DoubleNode.valueOf(Double.POSITIVE_INFINITY))));
  }

  @Test
  void namesTheParameterAndCutsALongValue() throws Exception {
    WasmSignature f = new WasmSignature("f", List.of(WasmType.I32, WasmType.I64), List.of());
    List<JsonNode> args = List.of(Json.read("1"), Json.read("\"" + "9".repeat(500) + "\""));
    Fault fault = assertThrows(FaultException.class, () -> Scalars.toCells(f, args)).fault();
    assertEquals("param 1 of f wants i64, got \"" + "9".repeat(59) + "…", fault.message());
  }

  @Test
  void countsArguments() {
    WasmSignature f = new WasmSignature("f", List.of(WasmType.I32), List.of());
    Fault fault = assertThrows(FaultException.class, () -> Scalars.toCells(f, List.of())).fault();
    assertEquals("wasm.arity", fault.code());
    assertEquals("f wants 1 argument, got 0", fault.message());
  }

  private static long[] cells(WasmType type, String json) throws Exception {
    List<JsonNode> args = new ArrayList<>();
    args.add(Json.read(json));
    return Scalars.toCells(new WasmSignature("f", List.of(type), List.of()), args);
  }
}
