package dev.howdah.block;

import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Next;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Site;
import dev.howdah.block.spi.Steps;
import dev.howdah.design.Doc;
import dev.howdah.expression.Expression;
import java.util.List;
import java.util.Map;

/**
 * Gives its input on when a condition holds, and skips what follows when it does not. Without
 * anything that follows, it is itself skipped then, and is not part of the result.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class FilterBlock implements BlockKind<FilterBlock.Configuration> {

  /** What a filter block is told. */
  public record Configuration(
      @Doc("what must be true for the input to go on; false and null are not, all else is")
          Expression condition) {}

  @Override
  public String type() {
    return "filter";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Role role() {
    return Role.PURE;
  }

  @Override
  public boolean passesOn() {
    return true;
  }

  @Override
  public List<Map<String, Object>> write(Site<Configuration> site, Next next) {
    List<Map<String, Object>> behind = next.all();
    return List.of(
        Steps.eip(
            "filter",
            site.id(),
            site.data().get("condition"),
            behind.isEmpty() ? List.of(Steps.toEnd()) : behind));
  }
}
