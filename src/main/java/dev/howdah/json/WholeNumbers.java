package dev.howdah.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Writes whole numbers such as {@code 1e30} out, which the schema validator would take modulo 2^64
 * where a schema says {@code integer}. Bounded: what has more than a thousand digits counts as the
 * largest number that has.
 */
final class WholeNumbers {
  private static final int MOST_DIGITS = 1_000;
  private static final BigInteger MOST = BigInteger.TEN.pow(MOST_DIGITS);

  private WholeNumbers() {}

  /** The value with such numbers written out; the value itself when it has none. */
  static JsonNode writtenOut(JsonNode value) {
    return has(value) ? copy(value) : value;
  }

  private static boolean has(JsonNode value) {
    if (value.isContainerNode()) {
      for (JsonNode part : value) {
        if (has(part)) {
          return true;
        }
      }
      return false;
    }
    return value.isBigDecimal() && !value.canConvertToLong() && isWhole(value.decimalValue());
  }

  private static boolean isWhole(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }

  private static JsonNode copy(JsonNode value) {
    if (value.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode(value.size());
      value.forEach(item -> copy.add(copy(item)));
      return copy;
    }
    if (value.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      value.properties().forEach(member -> copy.set(member.getKey(), copy(member.getValue())));
      return copy;
    }
    return has(value) ? BigIntegerNode.valueOf(whole(value.decimalValue())) : value;
  }

  private static BigInteger whole(BigDecimal number) {
    boolean tooLong = (long) number.precision() - number.scale() > MOST_DIGITS;
    return tooLong ? MOST.multiply(BigInteger.valueOf(number.signum())) : number.toBigInteger();
  }
}
