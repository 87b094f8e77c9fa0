package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Next;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Restart;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Section;
import dev.howdah.block.spi.Site;
import dev.howdah.block.spi.Steps;
import dev.howdah.design.Doc;
import dev.howdah.expression.Expression;
import java.util.ArrayList;
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
  public List<Section> sections(ObjectNode data) {
    return List.of(Section.graph("", "").perItem());
  }

  @Override
  public Restart restart() {
    return Restart.PART;
  }

  @Override
  public Optional<Conductor> conductor(Configuration configuration) {
    return Optional.of(SplitBlock::next);
  }

  private static Move next(Parts parts) {
    Optional<Parts.Failure> failure = parts.firstFailure();
    if (failure.isPresent()) {
      return new Move.Fail(failure.get().fault());
    }
    JsonNode items = parts.state();
    if (parts.started() < items.size()) {
      List<Part> all = new ArrayList<>(items.size());
      for (int i = 0; i < items.size(); i++) {
        all.add(new Part("", "[" + i + "]", items.get(i), i));
      }
      return new Move.Start(all);
    }
    return parts.open() > 0
        ? Move.WAIT
        : new Move.Finish(JsonNodeFactory.instance.arrayNode().addAll(parts.outputs()));
  }

  @Override
  public List<Map<String, Object>> write(Site<Configuration> site, Next next) {
    return List.of(Steps.eip("split", site.id(), site.data().get("items"), next.body()));
  }
}
