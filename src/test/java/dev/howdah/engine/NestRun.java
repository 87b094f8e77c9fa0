package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One run of blocks that follow one another: a whole {@link Nest}, or what is inside one of its
 * blocks, once.
 */
final class NestRun {
  /** A fault is handled or not depending on which of several comes first, so nobody can tell. */
  static final class Ambiguous extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * What a block, or a chain of them, came to.
   *
   * @param output null unless it is done
   * @param codes of the faults one of which it failed with; empty unless it did
   */
  record Came(JsonNode output, Set<String> codes) {
    static final Came SKIPPED = new Came(null, Set.of());

    static Came done(JsonNode output) {
      return new Came(output, Set.of());
    }

    static Came failed(Set<String> codes) {
      return new Came(null, Set.copyOf(codes));
    }

    boolean isDone() {
      return output != null;
    }

    boolean isFailed() {
      return !codes.isEmpty();
    }
  }

  /** What all runs of an execution tell. */
  static final class Story {
    /** By path. */
    final Map<String, Came> all = new LinkedHashMap<>();

    /** Inside those, nobody knows what ran before a fault cut the rest short. */
    final Set<String> cut = new TreeSet<>();

    int undone;
    int handled;
    int rounds;

    boolean isCut(String path) {
      return cut.stream()
          .anyMatch(outer -> path.startsWith(outer + "[") || path.startsWith(outer + "/"));
    }
  }

  final Story story;
  final JsonNode item;
  final int index;
  private final String prefix;
  private final Map<String, JsonNode> readable;

  /** Those that are done, in their order. */
  final Map<String, JsonNode> done = new LinkedHashMap<>();

  /** The one that failed, if one did. */
  String failedAt = "";

  private NestRun(
      Story story, String prefix, JsonNode item, int index, Map<String, JsonNode> readable) {
    this.story = story;
    this.prefix = prefix;
    this.item = item;
    this.index = index;
    this.readable = new HashMap<>(readable);
  }

  /** A whole execution. */
  static NestRun outermost() {
    return new NestRun(new Story(), "", NullNode.instance, 0, Map.of());
  }

  /** What is inside a block, which is no item of anything. */
  NestRun inside(String id) {
    return new NestRun(story, prefix + id + "/", item, index, readable);
  }

  /**
   * What is inside a block, for an item.
   *
   * @param key its place as it is in paths
   */
  NestRun item(String id, String key, JsonNode item, int index) {
    story.rounds++;
    return new NestRun(story, prefix + id + key + "/", item, index, readable);
  }

  JsonNode read(String id) {
    return readable.get(id);
  }

  void cutShort(String id) {
    story.cut.add(prefix + id);
  }

  /** Runs blocks one after the other. */
  Came chain(List<? extends NestBox> boxes, JsonNode input) {
    JsonNode value = input;
    for (NestBox box : boxes) {
      Came came = value == null ? Came.SKIPPED : one(box, value);
      if (value == null) {
        story.all.put(prefix + box.id(), came);
      }
      if (came.isFailed()) {
        return came;
      }
      value = came.output();
    }
    return Came.done(value == null ? NullNode.instance : value);
  }

  /** Runs one block. */
  Came one(NestBox box, JsonNode input) {
    boolean runs = box.when() == 0 || Sketch.number(input) % box.when() != 0;
    Came came = runs ? box.come(this, input) : Came.SKIPPED;
    story.all.put(prefix + box.id(), came);
    if (came.isDone()) {
      done.put(box.id(), came.output());
      readable.put(box.id(), came.output());
    } else if (came.isFailed()) {
      failedAt = box.id();
    }
    return came;
  }
}
