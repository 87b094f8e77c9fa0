package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.engine.Sketch.Arrow;
import dev.howdah.engine.Sketch.Box;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Says what an execution of a {@link Sketch} comes to, by plain recursion over its blocks. */
final class Evaluator {
  enum State {
    DONE,
    CAUGHT,
    SKIPPED,
    /** Failed without anybody to catch it. */
    FAILED,
    /** Behind a block that failed. */
    NEVER
  }

  /** What a block came to; the fault's code where it failed. */
  record Came(State state, JsonNode output, Set<Box> taken, String code) {}

  private final JsonNode input;

  /** By path, of every block of every item. */
  final Map<String, Came> all = new LinkedHashMap<>();

  Evaluator(JsonNode input) {
    this.input = input;
  }

  /** One run of one graph: the design, or the body of a split for an item. */
  final class Run {
    private final Run outer;
    private final String prefix;
    private final JsonNode own;
    private final int index;
    final Map<Box, Came> came = new LinkedHashMap<>();

    Run(Run outer, String prefix, JsonNode own, int index, List<Box> boxes) {
      this.outer = outer;
      this.prefix = prefix;
      this.own = own;
      this.index = index;
      for (Box box : boxes) {
        Came what = come(box);
        came.put(box, what);
        all.put(prefix + box.id, what);
      }
    }

    /** Codes of faults that nobody caught, by the path of their block. */
    Map<String, Set<String>> failures() {
      Map<String, Set<String>> failures = new HashMap<>();
      came.forEach(
          (box, what) -> {
            if (what.state() == State.FAILED) {
              failures.put(prefix + box.id, new TreeSet<>(List.of(what.code().split("\\|", -1))));
            }
          });
      return failures;
    }

    /** Outputs of the ends that have one. */
    Map<String, JsonNode> ends() {
      Map<String, JsonNode> ends = new LinkedHashMap<>();
      came.forEach(
          (box, what) -> {
            if (box.isTerminal() && what.state() == State.DONE) {
              ends.put(box.id, what.output());
            }
          });
      return ends;
    }

    private Came come(Box box) {
      boolean value = box.in.isEmpty();
      ObjectNode joined = JsonNodeFactory.instance.objectNode();
      JsonNode only = own;
      for (Arrow arrow : box.in) {
        Came source = came.get(arrow.source());
        if (source.state() == State.NEVER || source.state() == State.FAILED) {
          return new Came(State.NEVER, null, Set.of(), "");
        }
        boolean carries =
            arrow.onError()
                ? source.state() == State.CAUGHT
                : source.state() == State.DONE
                    && (source.taken() == null || source.taken().contains(box));
        if (carries) {
          value = true;
          only = source.output();
          joined.set(arrow.source().id, source.output());
        }
      }
      if (!value) {
        return new Came(State.SKIPPED, null, Set.of(), "");
      }
      JsonNode given = box.in.size() > 1 ? joined : only;
      long number = Sketch.number(given);
      if (box.when > 0 && number % box.when == 0) {
        return new Came(State.SKIPPED, null, Set.of(), "");
      }
      return switch (box.type) {
        case TRANSFORM -> {
          long result = computed(box, number);
          yield box.failsBy > 0 && result % box.failsBy == 0
              ? fault(box, "expression.failed", 1)
              : done(json(result));
        }
        case FILTER -> {
          boolean passes = number % box.salt != 1;
          yield box.isTerminal() && !passes
              ? new Came(State.SKIPPED, null, Set.of(), "")
              : new Came(State.DONE, given, passes ? null : Set.of(), "");
        }
        case ROUTER -> new Came(State.DONE, given, route(box, number), "");
        case FLAKY -> flaky(box, number);
        case SLEEP -> done(given);
        case CHILD ->
            box.childFails
                ? fault(box, "expression.failed", 1)
                : done(json((computed(box, number) + 1) % 1_000_003));
        case SPLIT -> split(box, number);
      };
    }

    private Came flaky(Box box, long number) {
      boolean retries = box.retriesOn == null ? !box.forGood : box.retriesOn.equals("flaky.*");
      int attempts = retries ? box.maxAttempts : 1;
      return box.failures < attempts
          ? done(json(computed(box, number)))
          : fault(box, "flaky.failed", attempts);
    }

    private Came split(Box box, long number) {
      ArrayNode results = JsonNodeFactory.instance.arrayNode();
      Set<String> codes = new TreeSet<>();
      for (int i = 0; i < number % 4; i++) {
        Run item = new Run(this, prefix + box.id + "[" + i + "]/", json(i + box.salt), i, box.body);
        item.failures().values().forEach(codes::addAll);
        results.add(result(item.ends(), oneEnd.get(box)));
      }
      return codes.isEmpty() ? done(results) : fault(box, String.join("|", codes), 1);
    }

    private static Set<Box> route(Box box, long number) {
      int rest = (int) (number % box.salt);
      if (rest < box.routes.size()) {
        return Set.copyOf(box.routes.get(rest));
      }
      return box.otherwise == null ? Set.of() : Set.copyOf(box.otherwise);
    }

    private long computed(Box box, long number) {
      long sum = number * 3 + box.salt;
      if (box.reads != null) {
        sum += Sketch.number(read(box.reads));
      }
      if (box.readsInput) {
        sum += Sketch.number(input);
      }
      if (box.readsItem) {
        sum += Sketch.number(own) + index;
      }
      return sum % 1_000_003;
    }

    private JsonNode read(Box box) {
      for (Run run = this; run != null; run = run.outer) {
        Came what = run.came.get(box);
        if (what != null) {
          return what.state() == State.DONE ? what.output() : NullNode.instance;
        }
      }
      throw new AssertionError(box.id + " is read before it has come to anything");
    }

    private static Came done(JsonNode output) {
      return new Came(State.DONE, output, null, "");
    }

    private static Came fault(Box box, String codes, int attempt) {
      ObjectNode fault = JsonNodeFactory.instance.objectNode();
      fault.put("code", "").put("blame", "").put("message", "").put("retryable", false);
      if (box.asksToWait) {
        fault.put("retry_after_ms", 3000);
      }
      fault.put("block", box.id);
      fault.put("attempt", attempt);
      return new Came(box.catches() ? State.CAUGHT : State.FAILED, fault, Set.of(), codes);
    }
  }

  private Map<Box, Boolean> oneEnd = Map.of();

  /**
   * @param oneEnd whether the body of a split has one end, by the split
   */
  Run evaluate(Sketch sketch, Map<Box, Boolean> oneEnd) {
    this.oneEnd = oneEnd;
    return new Run(null, "", input, 0, sketch.boxes);
  }

  static JsonNode result(Map<String, JsonNode> ends, boolean oneEnd) {
    if (!oneEnd) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      ends.forEach(result::set);
      return result;
    }
    if (ends.size() > 1) {
      throw new AssertionError("several ends " + ends.keySet() + " where one was proved");
    }
    return ends.isEmpty() ? NullNode.instance : ends.values().iterator().next();
  }

  private static JsonNode json(long number) {
    return JsonNodeFactory.instance.numberNode(number);
  }
}
