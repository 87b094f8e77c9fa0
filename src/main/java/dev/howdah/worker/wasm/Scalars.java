package dev.howdah.worker.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.howdah.json.Json;
import java.math.BigDecimal;
import java.util.List;

/**
 * Turns JSON into the 64-bit cells that WebAssembly values travel in, and back. A cell holds an
 * integer as it is and a float as its IEEE 754 bits.
 */
final class Scalars {
  private static final long[] NONE = {};
  private static final BigDecimal I32_MIN = BigDecimal.valueOf(Integer.MIN_VALUE);
  private static final BigDecimal I32_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);
  private static final BigDecimal I64_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal I64_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  /** Longer numbers in strings are refused: parsing takes time quadratic in their length. */
  private static final int MAX_DIGITS = 400;

  private static final int SHOWN = 60;

  private Scalars() {}

  /**
   * The cells for a call.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.arity}, {@code wasm.type}
   */
  static long[] toCells(WasmSignature signature, List<JsonNode> args) {
    int count = signature.params().size();
    if (args.size() != count) {
      throw WasmFaults.arity(signature.function(), count, args.size());
    }
    if (count == 0) {
      return NONE;
    }
    long[] cells = new long[count];
    for (int i = 0; i < count; i++) {
      cells[i] = toCell(signature, i, args.get(i));
    }
    return cells;
  }

  /**
   * The JSON of a result: null for none, a number for one, an array for several.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.type} when a float is not a JSON number
   */
  static JsonNode toJson(WasmSignature signature, long[] cells) {
    List<WasmType> types = signature.results();
    if (types.isEmpty()) {
      return NullNode.getInstance();
    }
    if (types.size() == 1) {
      return toJson(signature, 0, cells[0]);
    }
    ArrayNode results = Json.MAPPER.createArrayNode();
    for (int i = 0; i < types.size(); i++) {
      results.add(toJson(signature, i, cells[i]));
    }
    return results;
  }

  private static long toCell(WasmSignature signature, int position, JsonNode arg) {
    WasmType type = signature.params().get(position);
    if ((arg.isInt() && type == WasmType.I32)
        || ((arg.isInt() || arg.isLong()) && type == WasmType.I64)) {
      return arg.longValue();
    }
    BigDecimal number = number(arg);
    if (number == null) {
      throw mismatch(signature, position, arg);
    }
    return switch (type) {
      case I32 -> integer(signature, position, arg, number, I32_MIN, I32_MAX);
      case I64 -> integer(signature, position, arg, number, I64_MIN, I64_MAX);
      case F32 -> {
        float single = number.floatValue();
        if (Float.isInfinite(single)) {
          throw mismatch(signature, position, arg);
        }
        yield Integer.toUnsignedLong(Float.floatToRawIntBits(single));
      }
      case F64 -> {
        double twice = number.doubleValue();
        if (Double.isInfinite(twice)) {
          throw mismatch(signature, position, arg);
        }
        yield Double.doubleToRawLongBits(twice);
      }
    };
  }

  private static long integer(
      WasmSignature signature,
      int position,
      JsonNode arg,
      BigDecimal number,
      BigDecimal min,
      BigDecimal max) {
    if (!isInteger(number, min, max)) {
      throw mismatch(signature, position, arg);
    }
    return number.longValue();
  }

  private static JsonNode toJson(WasmSignature signature, int position, long cell) {
    return switch (signature.results().get(position)) {
      case I32 -> IntNode.valueOf((int) cell);
      case I64 -> LongNode.valueOf(cell);
      case F32 -> {
        float single = Float.intBitsToFloat((int) cell);
        if (!Float.isFinite(single)) {
          throw notANumber(signature, position, Float.toString(single));
        }
        yield FloatNode.valueOf(single);
      }
      case F64 -> {
        double twice = Double.longBitsToDouble(cell);
        if (!Double.isFinite(twice)) {
          throw notANumber(signature, position, Double.toString(twice));
        }
        yield DoubleNode.valueOf(twice);
      }
    };
  }

  /** The number that a JSON number or a numeric string stands for, else null. */
  private static BigDecimal number(JsonNode arg) {
    if (arg.isTextual()) {
      String text = arg.textValue().strip();
      if (text.length() > MAX_DIGITS) {
        return null;
      }
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException e) {
        return null;
      }
    }
    if ((arg.isDouble() && !Double.isFinite(arg.doubleValue()))
        || (arg.isFloat() && !Float.isFinite(arg.floatValue()))) {
      return null;
    }
    return arg.isNumber() ? arg.decimalValue() : null;
  }

  /** Compares before it expands, so that 1e1000000000 costs nothing. */
  private static boolean isInteger(BigDecimal number, BigDecimal min, BigDecimal max) {
    return number.compareTo(min) >= 0
        && number.compareTo(max) <= 0
        && (number.signum() == 0 || number.stripTrailingZeros().scale() <= 0);
  }

  private static RuntimeException mismatch(WasmSignature signature, int position, JsonNode arg) {
    String shown = Json.write(arg);
    if (shown.length() > SHOWN) {
      shown = shown.substring(0, SHOWN) + "…";
    }
    return WasmFaults.type(
        "param "
            + position
            + " of "
            + signature.function()
            + " wants "
            + signature.params().get(position).label()
            + ", got "
            + shown);
  }

  private static RuntimeException notANumber(WasmSignature signature, int position, String value) {
    return WasmFaults.type(
        "result "
            + position
            + " of "
            + signature.function()
            + " is "
            + value
            + ", which JSON has no number for");
  }
}
