package dev.howdah.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.engine.NestBox.Handler;
import dev.howdah.engine.NestBox.Leaf;
import dev.howdah.engine.NestBox.Rounds;
import dev.howdah.engine.NestBox.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A random design of blocks that follow one another and have others inside, several deep. */
final class Nest {
  private static final int DEEPEST = 3;

  private final Random random;
  private int ids;
  private int left;

  /** How many splits and loops are around what is drawn. */
  private int items;

  /** How many tries are around it, which make failures worthwhile. */
  private int tries;

  final List<NestBox> boxes;

  Nest(Random random) {
    this.random = random;
    this.left = 4 + random.nextInt(16);
    this.boxes = chain(2 + random.nextInt(3), List.of(), 0);
  }

  /** The design as a document. */
  ObjectNode design(String id) {
    ObjectNode design = JsonNodeFactory.instance.objectNode();
    design.put("id", id);
    ArrayNode blocks = design.putArray("blocks");
    boxes.forEach(box -> box.write(blocks.addObject()));
    return design;
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private String id() {
    return "b".repeat(1 + random.nextInt(5)) + ids++;
  }

  private int when() {
    return oneIn(12) ? 2 + random.nextInt(4) : 0;
  }

  /**
   * @param readable blocks that are done by then
   */
  private List<NestBox> chain(int most, List<String> readable, int depth) {
    List<NestBox> chain = new ArrayList<>();
    List<String> before = new ArrayList<>(readable);
    do {
      NestBox box = box(before, depth);
      chain.add(box);
      before.add(box.id());
    } while (chain.size() < most && left > 0);
    return chain;
  }

  private List<NestBox> body(List<String> readable, int depth) {
    items++;
    List<NestBox> body = chain(1 + random.nextInt(3), readable, depth + 1);
    items--;
    return body;
  }

  private NestBox box(List<String> readable, int depth) {
    left--;
    int draw = depth < DEEPEST && left > 0 ? random.nextInt(100) : 0;
    if (draw < 40) {
      return leaf(".", readable);
    }
    if (draw < 52) {
      return new NestBox.Split(id(), when(), 2 + random.nextInt(5), body(readable, depth));
    }
    if (draw < 66) {
      Rounds rounds = List.of(Rounds.ITEMS, Rounds.TIMES, Rounds.WHILE).get(random.nextInt(3));
      return new NestBox.Loop(id(), when(), 1 + random.nextInt(4), rounds, body(readable, depth));
    }
    return draw < 78 ? parallel(readable) : saga(readable, depth);
  }

  private Leaf leaf(String at, List<String> readable) {
    int draw = random.nextInt(10);
    Work work = draw < 4 ? Work.TRANSFORM : draw < 9 || !at.equals(".") ? Work.FLAKY : Work.SLEEP;
    return new Leaf(
        id(),
        when(),
        work,
        at,
        2 + random.nextInt(5),
        List.of("default", "default", "default", "g1", "g2").get(random.nextInt(5)),
        oneIn(tries > 0 ? 3 : 12) ? 2 + random.nextInt(4) : 0,
        random.nextInt(2) * random.nextInt(3),
        tries > 0 ? 1 + random.nextInt(3) : 3,
        oneIn(tries > 0 ? 4 : 15),
        oneIn(5),
        readable.isEmpty() || !oneIn(3)
            ? Optional.empty()
            : Optional.of(readable.get(random.nextInt(readable.size()))),
        items > 0 && oneIn(4));
  }

  private NestBox parallel(List<String> readable) {
    List<Leaf> workers = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      workers.add(leaf(".task", readable));
    }
    return new NestBox.Parallel(
        id(),
        when(),
        workers,
        random.nextBoolean()
            ? Optional.of(leaf(".individual_results", readable))
            : Optional.empty());
  }

  private NestBox saga(List<String> readable, int depth) {
    tries++;
    List<NestBox> body = chain(1 + random.nextInt(4), readable, depth + 1);
    tries--;
    Map<String, Leaf> compensations = new LinkedHashMap<>();
    for (NestBox box : body) {
      if (!oneIn(4)) {
        compensations.put(box.id(), leaf(".", readable));
      }
    }
    List<Handler> handlers = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Optional<String> error =
          Optional.ofNullable(
              oneIn(3)
                  ? null
                  : List.of("flaky.*", "expression.failed", "try.not-undone")
                      .get(random.nextInt(3)));
      List<NestBox> first = new ArrayList<>();
      first.add(leaf("[.input, (.block | length)]", readable));
      handlers.add(new Handler(error, and(first, readable, depth)));
    }
    List<NestBox> last = List.of();
    if (oneIn(3)) {
      List<NestBox> first = new ArrayList<>();
      // Its input may be a fault, whose words nobody foresees.
      first.add(leaf("0", List.of()));
      last = and(first, readable, depth);
    }
    return new NestBox.Try(id(), when(), body, compensations, handlers, last);
  }

  /** Adds something else half of the time, which may have others inside. */
  private List<NestBox> and(List<NestBox> first, List<String> readable, int depth) {
    if (random.nextBoolean() && left > 0) {
      first.add(box(readable, depth + 1));
    }
    return first;
  }
}
