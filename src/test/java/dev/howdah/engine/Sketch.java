package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A random design in a form that is easy to evaluate: blocks in topological order, and what each
 * computes as numbers.
 */
final class Sketch {
  enum Type {
    TRANSFORM,
    FILTER,
    ROUTER,
    FLAKY,
    SPLIT,
    SLEEP,
    CHILD
  }

  /** A connection; on error or on result. */
  record Arrow(Box source, Box target, boolean onError) {}

  /** A block. What a field means depends on the type. */
  static final class Box {
    String id;
    Type type;
    final List<Arrow> in = new ArrayList<>();
    final List<Arrow> out = new ArrayList<>();
    int salt;

    /** Runs when the input's number has a rest other than 0 by this; 0 for always. */
    int when;

    /** The block that is read apart from the input; may be null. */
    Box reads;

    boolean readsInput;
    boolean readsItem;

    /** A transform fails when its number divides by this; 0 for never. */
    int failsBy;

    int failures;
    boolean forGood;
    boolean elsewhere;
    boolean asksToWait;
    int maxAttempts = 1;
    String retriesOn;

    /** The routes of a router, each with the rest by {@link #salt} for which it is taken. */
    final List<List<Box>> routes = new ArrayList<>();

    List<Box> otherwise;
    List<Box> body;
    boolean childFails;
    String group;

    boolean catches() {
      return out.stream().anyMatch(Arrow::onError);
    }

    boolean isTerminal() {
      return out.stream().allMatch(Arrow::onError);
    }
  }

  /** Sums up any value as a number: what jq computes here is what {@link #number} computes. */
  static final String NUMBER =
      "def h: if type == \"number\" then . else"
          + " reduce (.[]? | h) as $x (7; (. * 31 + $x) % 1000003) end; ";

  /** What the evaluator does not foresee of a fault, all of it words. */
  private static final Set<String> OF_FAULTS = Set.of("message", "code", "blame", "retryable");

  /** Ids that Camel gives itself, and others that are near something. */
  private static final List<String> ODD_IDS =
      List.of(
          "to1",
          "to2",
          "multicast1",
          "filter1",
          "choice1",
          "setBody1",
          "pipeline1",
          "split1",
          "end",
          "a-b",
          "x_y",
          "to-1");

  private final Random random;
  private final Set<String> ids = new HashSet<>();
  private int left;
  final List<Box> boxes;

  Sketch(Random random) {
    this.random = random;
    double u = random.nextDouble();
    this.left = 2 + (int) (24 * u * u * u);
    this.boxes = boxes(left, List.of(), 0);
  }

  static long number(JsonNode value) {
    if (value.isNumber()) {
      return value.longValue();
    }
    long sum = 7;
    for (JsonNode inner : value) {
      sum = (sum * 31 + number(inner)) % 1_000_003;
    }
    return sum;
  }

  /** A value without what faults say in words, which is not foreseen. */
  static JsonNode withoutFaults(JsonNode value) {
    JsonNode copy = value.deepCopy();
    copy.findParents("blame").forEach(fault -> ((ObjectNode) fault).remove(OF_FAULTS));
    return copy;
  }

  // ---- drawing

  private List<Box> boxes(int most, List<Box> outside, int depth) {
    List<Box> drawn = new ArrayList<>();
    int count = Math.min(most, left);
    boolean chain = random.nextInt(6) == 0;
    for (int i = 0; i < count && left > 0; i++) {
      left--;
      drawn.add(box(drawn, outside, depth, chain));
    }
    drawn.forEach(this::routes);
    return drawn;
  }

  private Box box(List<Box> before, List<Box> outside, int depth, boolean chain) {
    Box box = new Box();
    box.id = id();
    box.salt = 2 + random.nextInt(5);
    box.group = List.of("default", "default", "default", "g1", "g2").get(random.nextInt(5));
    box.type = type(depth);
    if (random.nextInt(6) == 0) {
      box.when = 2 + random.nextInt(4);
    }
    connect(box, before, chain);
    List<Box> readable = new ArrayList<>(outside);
    readable.addAll(upstream(box));
    if (!readable.isEmpty() && random.nextInt(3) == 0) {
      box.reads = readable.get(random.nextInt(readable.size()));
    }
    box.readsInput = random.nextInt(5) == 0;
    box.readsItem = depth > 0 && random.nextInt(3) == 0;
    switch (box.type) {
      case TRANSFORM -> box.failsBy = random.nextInt(8) == 0 ? 2 + random.nextInt(4) : 0;
      case FLAKY -> flaky(box, depth);
      case CHILD -> box.childFails = random.nextInt(4) == 0;
      case SPLIT -> {
        box.body = boxes(1 + random.nextInt(4), readable, depth + 1);
        if (box.body.isEmpty()) {
          box.type = Type.TRANSFORM;
          box.body = null;
        }
      }
      case FILTER, ROUTER, SLEEP -> {}
    }
    return box;
  }

  private Type type(int depth) {
    int draw = random.nextInt(100);
    if (draw < 38) {
      return Type.TRANSFORM;
    }
    if (draw < 50) {
      return Type.FILTER;
    }
    if (draw < 64) {
      return Type.ROUTER;
    }
    if (draw < 84) {
      return Type.FLAKY;
    }
    if (draw < 92) {
      return depth < 2 ? Type.SPLIT : Type.FLAKY;
    }
    return draw < 96 ? Type.SLEEP : Type.CHILD;
  }

  private void flaky(Box box, int depth) {
    box.maxAttempts = 1 + random.nextInt(4);
    box.failures = random.nextInt(2) * random.nextInt(4);
    box.forGood = random.nextInt(4) == 0;
    box.elsewhere = random.nextInt(5) == 0;
    // Which item's fault a split passes on is open, so they must not differ in form.
    box.asksToWait = depth == 0 && random.nextInt(4) == 0;
    box.retriesOn =
        random.nextInt(4) == 0 ? List.of("flaky.*", "other").get(random.nextInt(2)) : null;
  }

  private void connect(Box box, List<Box> before, boolean chain) {
    if (before.isEmpty() || (!chain && random.nextInt(12) == 0)) {
      return;
    }
    int sources = chain ? 1 : 1 + random.nextInt(3) * random.nextInt(2);
    for (int i = 0; i < sources; i++) {
      boolean last = chain || random.nextInt(3) > 0;
      Box source = before.get(last ? before.size() - 1 : random.nextInt(before.size()));
      boolean onError = !chain && random.nextInt(6) == 0;
      boolean there =
          source.out.stream().anyMatch(a -> a.target() == box && a.onError() == onError);
      if (!there) {
        Arrow arrow = new Arrow(source, box, onError);
        source.out.add(arrow);
        box.in.add(arrow);
      }
    }
    box.in.sort(java.util.Comparator.comparingInt(arrow -> before.indexOf(arrow.source())));
  }

  private static Set<Box> upstream(Box box) {
    Set<Box> found = new LinkedHashSet<>();
    for (Arrow arrow : box.in) {
      found.add(arrow.source());
      found.addAll(upstream(arrow.source()));
    }
    return found;
  }

  /** A router leads to all it is connected to, over one route or several. */
  private void routes(Box box) {
    if (box.type != Type.ROUTER) {
      return;
    }
    List<Box> targets = box.out.stream().filter(a -> !a.onError()).map(Arrow::target).toList();
    if (targets.isEmpty()) {
      box.type = Type.TRANSFORM;
      return;
    }
    int routes = 1 + random.nextInt(3);
    for (int i = 0; i < routes; i++) {
      box.routes.add(new ArrayList<>());
    }
    box.otherwise = random.nextBoolean() ? new ArrayList<>() : null;
    for (Box target : targets) {
      int times = random.nextInt(4) == 0 ? 2 : 1;
      for (int i = 0; i < times; i++) {
        boolean other = box.otherwise != null && random.nextInt(routes + 1) == 0;
        List<Box> route = other ? box.otherwise : box.routes.get(random.nextInt(routes));
        if (!route.contains(target)) {
          route.add(target);
        }
      }
    }
    box.routes.removeIf(List::isEmpty);
    if (box.otherwise != null && box.otherwise.isEmpty()) {
      box.otherwise = null;
    }
    if (box.routes.isEmpty()) {
      box.routes.add(new ArrayList<>(targets));
    }
  }

  private String id() {
    String id;
    do {
      id =
          random.nextInt(6) == 0
              ? ODD_IDS.get(random.nextInt(ODD_IDS.size()))
              : "b".repeat(1 + random.nextInt(5)) + random.nextInt(1000);
    } while (!ids.add(id));
    return id;
  }

  // ---- writing

  /** The design as a document. */
  ObjectNode design(String id) {
    ObjectNode design = JsonNodeFactory.instance.objectNode();
    design.put("id", id);
    write(design, boxes);
    return design;
  }

  private void write(ObjectNode target, List<Box> boxes) {
    ArrayNode blocks = target.putArray("blocks");
    boxes.forEach(box -> write(blocks.addObject(), box));
    ArrayNode connections = target.putArray("connections");
    for (Box box : boxes) {
      for (Arrow arrow : box.out) {
        ObjectNode connection = connections.addObject();
        connection.put("source", box.id);
        connection.put("target", arrow.target().id);
        if (arrow.onError()) {
          connection.put("on", "error");
        }
      }
    }
  }

  private void write(ObjectNode block, Box box) {
    block.put("id", box.id);
    block.put(
        "type",
        box.type == Type.CHILD ? "design" : box.type.name().toLowerCase(java.util.Locale.ROOT));
    if (!box.group.equals("default")) {
      block.put("group", box.group);
    }
    if (box.when > 0) {
      block.put("when", "${ " + NUMBER + "h % " + box.when + " != 0 }");
    }
    ObjectNode data = block.putObject("data");
    switch (box.type) {
      case TRANSFORM -> data.put("value", computed(box));
      case FILTER -> data.put("condition", "${ " + NUMBER + "h % " + box.salt + " != 1 }");
      case ROUTER -> writeRoutes(data, box);
      case FLAKY -> writeFlaky(block, data, box);
      case SPLIT -> {
        data.put("items", "${ " + NUMBER + "[range(0; h % 4)] | map(. + " + box.salt + ") }");
        write(data, box.body);
      }
      case SLEEP -> data.put("duration", box.salt + "s");
      case CHILD -> {
        data.put("design", box.childFails ? "child-fails" : "child-works");
        data.put("input", computed(box));
      }
    }
  }

  private static void writeFlaky(ObjectNode block, ObjectNode data, Box box) {
    ObjectNode retry = block.putObject("retry");
    retry.put("maxAttempts", box.maxAttempts);
    retry.put("backoff", "500ms");
    if (box.retriesOn != null) {
      retry.putArray("on").add(box.retriesOn);
    }
    data.put("failures", box.failures);
    data.put("forGood", box.forGood);
    data.put("elsewhere", box.elsewhere);
    if (box.asksToWait) {
      data.put("retryAfter", "3s");
    }
    data.put("value", computed(box));
  }

  private static void writeRoutes(ObjectNode data, Box box) {
    ArrayNode routes = data.putArray("routes");
    for (int i = 0; i < box.routes.size(); i++) {
      ObjectNode route = routes.addObject();
      route.put("when", "${ " + NUMBER + "h % " + box.salt + " == " + i + " }");
      ArrayNode to = route.putArray("to");
      box.routes.get(i).forEach(target -> to.add(target.id));
    }
    if (box.otherwise != null) {
      ArrayNode to = data.putArray("otherwise");
      box.otherwise.forEach(target -> to.add(target.id));
    }
  }

  private static String computed(Box box) {
    StringBuilder sum = new StringBuilder("h * 3 + " + box.salt);
    if (box.reads != null) {
      sum.append(" + ($blocks[\"" + box.reads.id + "\"] | h)");
    }
    if (box.readsInput) {
      sum.append(" + ($input | h)");
    }
    if (box.readsItem) {
      sum.append(" + ($item | h) + $index");
    }
    String number = "(" + sum + ") % 1000003";
    if (box.failsBy > 0) {
      number = number + " | if . % " + box.failsBy + " == 0 then error(\"no\") else . end";
    }
    return "${ " + NUMBER + number + " }";
  }
}
