package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.engine.NestRun.Ambiguous;
import dev.howdah.engine.NestRun.Came;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A block of a {@link Nest}: how it is written, and what it comes to by plain recursion. */
sealed interface NestBox {
  String id();

  /** It runs when its input's number has a rest other than 0 by this; 0 for always. */
  int when();

  void write(ObjectNode block);

  Came come(NestRun run, JsonNode given);

  private static long number(JsonNode value) {
    return Sketch.number(value);
  }

  private static JsonNode json(long number) {
    return JsonNodeFactory.instance.numberNode(number);
  }

  private static ObjectNode begin(ObjectNode block, NestBox box, String type, String at) {
    block.put("id", box.id());
    block.put("type", type);
    if (box.when() > 0) {
      block.put("when", "${ " + Sketch.NUMBER + "(" + at + " | h) % " + box.when() + " != 0 }");
    }
    return block.putObject("data");
  }

  private static void write(ObjectNode target, String name, List<? extends NestBox> boxes) {
    ArrayNode blocks = target.putArray(name);
    boxes.forEach(box -> box.write(blocks.addObject()));
  }

  /** What a leaf does. */
  enum Work {
    TRANSFORM,
    FLAKY,
    SLEEP
  }

  /**
   * A block with nothing inside.
   *
   * @param at what it works on, in jq; the evaluator hands just that
   * @param failsBy a transform fails when its number divides by this; 0 for never
   * @param reads the block that is read apart from the input, if any
   */
  record Leaf(
      String id,
      int when,
      Work work,
      String at,
      int salt,
      String group,
      int failsBy,
      int failures,
      int attempts,
      boolean forGood,
      boolean elsewhere,
      Optional<String> reads,
      boolean readsItem)
      implements NestBox {
    @Override
    public void write(ObjectNode block) {
      ObjectNode data = begin(block, this, work.name().toLowerCase(Locale.ROOT), at);
      if (!group.equals("default")) {
        block.put("group", group);
      }
      if (work == Work.SLEEP) {
        data.put("duration", salt + "s");
        return;
      }
      if (work == Work.FLAKY) {
        block.putObject("retry").put("maxAttempts", attempts).put("backoff", "500ms");
        data.put("failures", failures).put("forGood", forGood).put("elsewhere", elsewhere);
      }
      data.put("value", "${ " + Sketch.NUMBER + computed() + " }");
    }

    private String computed() {
      StringBuilder sum = new StringBuilder("((" + at + " | h) * 3 + " + salt);
      reads.ifPresent(other -> sum.append(" + ($blocks[\"").append(other).append("\"] | h)"));
      if (readsItem) {
        sum.append(" + ($item | h) + $index");
      }
      sum.append(") % 1000003");
      if (work == Work.TRANSFORM && failsBy > 0) {
        sum.append(" | if . % ").append(failsBy).append(" == 0 then error(\"no\") else . end");
      }
      return sum.toString();
    }

    @Override
    public Came come(NestRun run, JsonNode given) {
      if (work == Work.SLEEP) {
        return Came.done(given);
      }
      if (work == Work.FLAKY && failures >= (forGood ? 1 : attempts)) {
        return Came.failed(Set.of("flaky.failed"));
      }
      long sum = number(given) * 3 + salt;
      sum += reads.map(other -> number(run.read(other))).orElse(0L);
      sum += readsItem ? number(run.item) + run.index : 0;
      sum %= 1_000_003;
      return work == Work.TRANSFORM && failsBy > 0 && sum % failsBy == 0
          ? Came.failed(Set.of("expression.failed"))
          : Came.done(json(sum));
    }
  }

  private static String items(int salt) {
    return "${ " + Sketch.NUMBER + "[range(0; h % 4)] | map(. + " + salt + ") }";
  }

  /** Items at once. */
  record Split(String id, int when, int salt, List<NestBox> body) implements NestBox {
    @Override
    public void write(ObjectNode block) {
      ObjectNode data = begin(block, this, "split", ".");
      data.put("items", items(salt));
      NestBox.write(data, "blocks", body);
    }

    @Override
    public Came come(NestRun run, JsonNode given) {
      ArrayNode results = JsonNodeFactory.instance.arrayNode();
      Set<String> codes = new TreeSet<>();
      for (int i = 0; i < number(given) % 4; i++) {
        JsonNode item = json(i + salt);
        Came came = run.item(id, "[" + i + "]", item, i).chain(body, item);
        codes.addAll(came.codes());
        results.add(came.output());
      }
      if (codes.isEmpty()) {
        return Came.done(results);
      }
      run.cutShort(id);
      return Came.failed(codes);
    }
  }

  /** How a loop goes on. */
  enum Rounds {
    ITEMS,
    TIMES,
    WHILE
  }

  /** Rounds, one after the other. */
  record Loop(String id, int when, int salt, Rounds rounds, List<NestBox> body) implements NestBox {
    @Override
    public void write(ObjectNode block) {
      ObjectNode data = begin(block, this, "loop", ".");
      switch (rounds) {
        case ITEMS -> data.put("items", items(salt));
        case TIMES -> data.put("times", "${ " + Sketch.NUMBER + "h % 4 }");
        case WHILE ->
            data.put("while", "${ " + Sketch.NUMBER + "$index < " + salt + " and h % 5 != 0 }");
      }
      NestBox.write(data, "blocks", body);
    }

    @Override
    public Came come(NestRun run, JsonNode given) {
      ArrayNode results = JsonNodeFactory.instance.arrayNode();
      JsonNode value = given;
      for (int i = 0; goesOn(i, given, value); i++) {
        JsonNode input = rounds == Rounds.ITEMS ? json(i + salt) : value;
        Came came = run.item(id, "#" + (i + 1), input, i).chain(body, input);
        if (came.isFailed()) {
          return came;
        }
        value = came.output();
        results.add(value);
      }
      return Came.done(rounds == Rounds.ITEMS ? results : value);
    }

    private boolean goesOn(int round, JsonNode given, JsonNode value) {
      return rounds == Rounds.WHILE
          ? round < salt && number(value) % 5 != 0
          : round < number(given) % 4;
    }
  }

  /** Participants at once. */
  record Parallel(String id, int when, List<Leaf> workers, Optional<Leaf> aggregator)
      implements NestBox {
    @Override
    public void write(ObjectNode block) {
      ArrayNode agents = begin(block, this, "parallel", ".").putArray("agents");
      workers.forEach(worker -> worker.write(agents.addObject()));
      aggregator.ifPresent(one -> one.write(agents.addObject().put("role", "aggregator")));
    }

    @Override
    public Came come(NestRun run, JsonNode given) {
      if (given.isNull()) {
        return Came.failed(Set.of("pattern.no-task"));
      }
      NestRun inside = run.inside(id);
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      ArrayNode individual = result.putArray("individual_results");
      Set<String> codes = new TreeSet<>();
      for (Leaf worker : workers) {
        Came came = inside.one(worker, given);
        codes.addAll(came.codes());
        individual.addObject().put("agent", worker.id()).set("output", orNull(came));
      }
      if (!codes.isEmpty()) {
        run.cutShort(id);
        return Came.failed(codes);
      }
      if (aggregator.isEmpty()) {
        return Came.done(result.set("aggregated_result", NullNode.instance));
      }
      Came came = inside.one(aggregator.get(), individual);
      return came.isFailed() ? came : Came.done(result.set("aggregated_result", orNull(came)));
    }

    private static JsonNode orNull(Came came) {
      return came.isDone() ? came.output() : NullNode.instance;
    }
  }

  /** What handles the faults of a try; any of them if no error is named. */
  record Handler(Optional<String> error, List<NestBox> body) {
    boolean handles(String code) {
      return error.isEmpty()
          || code.equals(error.get())
          || (error.get().endsWith(".*")
              && code.startsWith(error.get().substring(0, error.get().length() - 1)));
    }
  }

  /**
   * A saga.
   *
   * @param compensations by the block that each undoes
   * @param last what tidies up; may be empty
   */
  record Try(
      String id,
      int when,
      List<NestBox> body,
      Map<String, Leaf> compensations,
      List<Handler> handlers,
      List<NestBox> last)
      implements NestBox {
    @Override
    public void write(ObjectNode block) {
      ObjectNode data = begin(block, this, "try", ".");
      NestBox.write(data, "blocks", body);
      if (!compensations.isEmpty()) {
        ArrayNode compensate = data.putArray("compensate");
        compensations.forEach((undone, by) -> by.write(compensate.addObject().put("for", undone)));
      }
      if (!handlers.isEmpty()) {
        ArrayNode list = data.putArray("catch");
        for (Handler handler : handlers) {
          ObjectNode one = list.addObject();
          handler.error().ifPresent(error -> one.putArray("errors").add(error));
          NestBox.write(one, "blocks", handler.body());
        }
      }
      if (!last.isEmpty()) {
        NestBox.write(data.putObject("finally"), "blocks", last);
      }
    }

    @Override
    public Came come(NestRun run, JsonNode given) {
      NestRun inside = run.inside(id);
      Came came = inside.chain(body, given);
      if (came.isFailed()) {
        came =
            undo(run, inside.done)
                ? handle(run, given, inside.failedAt, came)
                : Came.failed(Set.of("try.not-undone"));
      }
      Came tidied = run.inside(id).chain(last, json(0));
      return tidied.isFailed() ? tidied : came;
    }

    private boolean undo(NestRun run, Map<String, JsonNode> done) {
      boolean undone = true;
      List<String> reversed = new ArrayList<>(done.keySet());
      Collections.reverse(reversed);
      for (String block : reversed) {
        Leaf by = compensations.get(block);
        if (by != null) {
          run.story.undone++;
          undone &= !run.inside(id).one(by, done.get(block)).isFailed();
        }
      }
      return undone;
    }

    private Came handle(NestRun run, JsonNode given, String failedAt, Came failed) {
      for (Handler handler : handlers) {
        long handled = failed.codes().stream().filter(handler::handles).count();
        if (handled > 0 && handled < failed.codes().size()) {
          throw new Ambiguous();
        }
        if (handled > 0) {
          run.story.handled++;
          ArrayNode told = JsonNodeFactory.instance.arrayNode();
          told.add(given).add(failedAt.length());
          return run.inside(id).chain(handler.body(), told);
        }
      }
      return failed;
    }
  }
}
