package dev.howdah.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.design.Block;
import dev.howdah.design.Blocks;
import dev.howdah.design.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes connections between participants as what they mean: expressions in the {@code context} of
 * the block they lead to. So the routes of a design say all that happens, and what holds for
 * expressions holds for them.
 */
final class Handovers {
  private static final String CONTEXT = "context";

  private final Map<String, Block> byId = new LinkedHashMap<>();
  private final Kinds kinds;
  private final Findings findings;

  private Handovers(Kinds kinds, Findings findings) {
    this.kinds = kinds;
    this.findings = findings;
  }

  static Blocks write(Blocks blocks, Kinds kinds, Findings findings) {
    if (blocks.connections().stream().allMatch(c -> c.between().isEmpty())) {
      return blocks;
    }
    Handovers handovers = new Handovers(kinds, findings);
    blocks.blocks().forEach(block -> handovers.byId.putIfAbsent(block.id(), block));
    blocks
        .connections()
        .forEach(c -> c.between().ifPresent(between -> handovers.write(c, between)));
    List<Block> written =
        blocks.blocks().stream()
            .map(block -> isFirst(block, blocks) ? handovers.byId.get(block.id()) : block)
            .toList();
    return new Blocks(written, blocks.connections(), blocks.unread());
  }

  /** A block whose id is taken has been reported, and is not the one that the id stands for. */
  private static boolean isFirst(Block block, Blocks blocks) {
    return blocks.blocks().stream()
        .filter(other -> other.id().equals(block.id()))
        .findFirst()
        .filter(block::equals)
        .isPresent();
  }

  private void write(Connection connection, Connection.Between between) {
    Block source = byId.get(connection.source());
    Block target = byId.get(connection.target());
    // One that leads back to its own block has no meaning, which the wiring reports.
    boolean leadsBack = connection.source().equals(connection.target());
    if (source == null || target == null || leadsBack) {
      return;
    }
    Optional<String> excerpt = excerpt(source, between.source());
    if (excerpt.isEmpty()) {
      unknown(connection, "sourceAgent", between.source(), source);
    }
    if (excerpt(target, between.target()).isEmpty()) {
      unknown(connection, "targetAgent", between.target(), target);
    } else if (excerpt.isPresent()) {
      byId.put(target.id(), with(target, between.target(), told(connection, excerpt.get())));
    }
  }

  private Optional<String> excerpt(Block block, String participant) {
    return kinds.find(block.type()).flatMap(kind -> kind.excerpt(block.data(), participant));
  }

  private void unknown(Connection connection, String field, String agent, Block block) {
    findings.add(
        connection.pointer() + "/" + field,
        "graph.unknown-agent",
        "\"%s\" does not take part in \"%s\"".formatted(agent, block.id()),
        "name one of its agents");
  }

  private static JsonNode told(Connection connection, String excerpt) {
    JsonNode output =
        TextNode.valueOf("${ $blocks[\"%s\"] | %s }".formatted(connection.source(), excerpt));
    if (connection.extractsOutput()) {
      return output;
    }
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("block", connection.source());
    told.put("agent", connection.between().orElseThrow().source());
    return told.set("output", output);
  }

  private static Block with(Block block, String participant, JsonNode told) {
    ObjectNode data = block.data().deepCopy();
    JsonNode before = data.path(CONTEXT);
    boolean isFirst = before.isMissingNode() || before.isNull();
    if (!isFirst && !before.isObject()) {
      return block;
    }
    ObjectNode context = isFirst ? data.putObject(CONTEXT) : (ObjectNode) before;
    JsonNode known = context.get(participant);
    if (known == null) {
      context.set(participant, told);
    } else {
      ArrayNode both = JsonNodeFactory.instance.arrayNode();
      if (known.isArray()) {
        both.addAll((ArrayNode) known);
      } else {
        both.add(known);
      }
      context.set(participant, both.add(told));
    }
    return new Block(
        block.id(),
        block.type(),
        data,
        block.group(),
        block.timeout(),
        block.retry(),
        block.when(),
        block.description(),
        block.pointer(),
        block.dataPointer());
  }
}
