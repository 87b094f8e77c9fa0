package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the blocks and connections of one object of a document. */
final class BlocksReader {
  private final Document document;
  private final String pointer;
  private final Problems problems;
  private final Fields fields;
  private final Set<String> unread = new HashSet<>();
  private boolean nameless;
  private boolean unconnected;

  BlocksReader(Document document, String pointer, Problems problems) {
    this.document = document;
    this.pointer = pointer;
    this.problems = problems;
    this.fields = new Fields(document, pointer, document.root().at(pointer), problems);
  }

  Blocks read() {
    List<Optional<Block>> listed = blocks();
    List<Block> blocks = listed.stream().flatMap(Optional::stream).toList();
    List<Connection> connections =
        fields.value("connections").map(this::connections).orElseGet(() -> inOrder(listed));
    return new Blocks(blocks, connections, new Unread(unread, nameless, unconnected));
  }

  /** The object itself as the only block. */
  Blocks participant() {
    JsonNode node = document.root().at(pointer);
    return only(new BlockParser(document, problems).participant(pointer, node), node.path("id"));
  }

  /** The object itself as the only block, whose id is its name. */
  Blocks tool() {
    JsonNode node = document.root().at(pointer);
    return only(new BlockParser(document, problems).tool(pointer, node), node.path("name"));
  }

  private Blocks only(Optional<Block> only, JsonNode id) {
    if (only.isEmpty()) {
      unread(id);
    }
    return new Blocks(only.stream().toList(), List.of(), new Unread(unread, nameless, unconnected));
  }

  /** The blocks listed, empty where one cannot be read. */
  private List<Optional<Block>> blocks() {
    Optional<JsonNode> list = fields.value("blocks");
    if (list.isEmpty()) {
      fields.missing("blocks", "list at least one block");
      nameless = true;
      return List.of();
    }
    if (!list.get().isArray() || list.get().isEmpty()) {
      fields.wrong(
          "blocks",
          list.get().isArray()
              ? "\"blocks\" is empty"
              : "\"blocks\" is " + Kind.of(list.get()) + " where a list belongs",
          "list at least one block");
      nameless = true;
      return List.of();
    }
    BlockParser parser = new BlockParser(document, problems);
    List<Optional<Block>> blocks = new ArrayList<>();
    for (int i = 0; i < list.get().size(); i++) {
      Optional<Block> block = parser.parse(pointer + "/blocks/" + i, list.get().get(i));
      if (block.isEmpty()) {
        unread(list.get().get(i).path("id"));
      }
      blocks.add(block);
    }
    return blocks;
  }

  private void unread(JsonNode id) {
    if (id.isTextual()) {
      unread.add(id.textValue());
    } else {
      nameless = true;
    }
  }

  private List<Connection> connections(JsonNode list) {
    if (!list.isArray()) {
      fields.wrong(
          "connections",
          "\"connections\" is " + Kind.of(list) + " where a list belongs",
          "list objects with source and target, or leave it out to run the blocks in order");
      unconnected = true;
      return List.of();
    }
    ConnectionParser parser = new ConnectionParser(document, problems);
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Optional<Connection> connection = parser.parse(pointer + "/connections/" + i, list.get(i));
      connection.ifPresent(connections::add);
      unconnected |= connection.isEmpty();
    }
    return connections;
  }

  private static List<Connection> inOrder(List<Optional<Block>> blocks) {
    List<Connection> connections = new ArrayList<>();
    for (int i = 1; i < blocks.size(); i++) {
      Optional<Block> source = blocks.get(i - 1);
      Optional<Block> target = blocks.get(i);
      if (source.isPresent() && target.isPresent()) {
        connections.add(
            new Connection(
                source.get().id(),
                target.get().id(),
                Connection.On.RESULT,
                target.get().pointer()));
      }
    }
    return connections;
  }
}
