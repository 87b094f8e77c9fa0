package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.howdah.expression.Expression;
import dev.howdah.expression.Template;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AggregateBlockTest {
  private static String refusal(Optional<Integer> size, Optional<String> enough) {
    return assertThrows(IllegalArgumentException.class, () -> configuration(size, enough))
        .getMessage();
  }

  private static AggregateBlock.Configuration configuration(
      Optional<Integer> size, Optional<String> enough) {
    return new AggregateBlock.Configuration(
        Template.of("k"),
        Template.of("${ . }"),
        size,
        Optional.empty(),
        Optional.empty(),
        enough.map(Expression::parse),
        Optional.empty());
  }

  @Test
  void refusesGroupsThatAreNeverComplete() {
    assertEquals(
        "an aggregate needs size, within, until or enough, or no group is ever complete",
        refusal(Optional.empty(), Optional.empty()));
  }

  @Test
  void looksAtGroupsOfABoundedSizeOnly() {
    assertEquals(
        "size is at most 1000 where enough looks at the group",
        refusal(Optional.of(1_001), Optional.of("${ add > 5 }")));
    assertEquals(1_000, configuration(Optional.of(1_000), Optional.of("${ . }")).size().get());
    assertEquals(100_000, configuration(Optional.of(100_000), Optional.empty()).size().get());
  }

  @Test
  void looksAtNothingButTheGroup() {
    for (String other : new String[] {"$input.most", "$blocks.a", "$secrets.s", "$item"}) {
      assertEquals(
          "enough sees the values of the group alone; bring what else it needs in the value",
          refusal(Optional.empty(), Optional.of("${ add > " + other + " }")));
    }
  }
}
