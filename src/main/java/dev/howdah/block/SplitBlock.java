package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Optional;

/**
 * Runs the blocks inside it once per item of a list, all items at once, and gives the list of their
 * results in the order of the items: a splitter with its aggregator.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class SplitBlock implements BlockKind<SplitBlock.Configuration> {

  /** What a split block is told. */
  public record Configuration(
      @Doc("the list whose items are worked on") Expression items,
      @Doc("the blocks to run for each item, which is their input and $item") List<JsonNode> blocks,
      @Doc("the connections between them; in the order listed if left out")
          Optional<List<JsonNode>> connections) {
    public Configuration {
      if (blocks.isEmpty()) {
        throw new IllegalArgumentException("a split needs at least one block inside");
      }
    }
  }

  @Override
  public String type() {
    return "split";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Role role() {
    return Role.SUSPENDING;
  }

  @Override
  public boolean isContainer() {
    return true;
  }

  @Override
  public List<Map<String, Object>> write(Site<Configuration> site, Next next) {
    return List.of(Steps.eip("split", site.id(), site.data().get("items"), next.body()));
  }
}
