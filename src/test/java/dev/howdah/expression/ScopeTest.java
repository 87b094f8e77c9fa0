package dev.howdah.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScopeTest {
  @Test
  void itsTextHoldsNoValues() {
    Scope scope = Scope.of(TextNode.valueOf("confidential")).withIteration(null, 0);
    assertFalse(scope.toString().contains("confidential"));
  }

  @Test
  void absentValuesAreNull() {
    assertTrue(Scope.of(null).value().isNull());
    assertTrue(Scope.of(null).withIteration(null, 1).iteration().orElseThrow().item().isNull());
    assertTrue(Expression.parse("${ $item }").evaluate(Scope.of(IntNode.valueOf(1))).isNull());
  }

  @Test
  void anIndexStartsAtZero() {
    Scope scope = Scope.of(null);
    assertThrows(IllegalArgumentException.class, () -> scope.withIteration(null, -1));
  }

  @Test
  void onlyWhatAnExpressionNamesIsLookedAt() {
    List<String> asked = new ArrayList<>();
    Map<String, JsonNode> blocks =
        new AbstractMap<>() {
          @Override
          public JsonNode get(Object id) {
            asked.add("block " + id);
            return IntNode.valueOf(1);
          }

          @Override
          public Set<Entry<String, JsonNode>> entrySet() {
            throw new AssertionError("nobody asked for all of them");
          }
        };
    Scope scope =
        new Scope(
            null,
            null,
            blocks,
            JsonNodeFactory.instance.objectNode(),
            Optional.empty(),
            name -> {
              asked.add("secret " + name);
              return Optional.of(IntNode.valueOf(2));
            });
    assertEquals(3, Expression.parse("${ $blocks.a + $secrets.s }").evaluate(scope).intValue());
    assertEquals(List.of("block a", "secret s"), asked);
  }
}
