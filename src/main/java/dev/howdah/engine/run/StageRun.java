package dev.howdah.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Cancellation;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Steps;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.expression.Scope;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.json.Value;
import dev.howdah.plan.Stage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;

/**
 * One attempt of one stage while its route runs: what its expressions see, and what its blocks came
 * to. Travels as a property of the exchange. One route runs on one thread at a time, so it needs no
 * locks; the hand-over between threads is Camel's.
 */
final class StageRun {
  static final String PROPERTY = "HowdahStageRun";
  private static final String LAST = "HowdahLastBlock";

  private static final class Entry {
    final Node node;
    final long startedAt;
    final long startedNanos;
    long micros = -1;
    JsonNode output;
    Optional<JsonNode> meta = Optional.empty();
    Fault fault;
    boolean skipped;
    boolean reachedEnd;
    Outcome suspension;
    JsonNode items;
    List<String> taken = List.of();

    Entry(Node node, long startedAt, long startedNanos) {
      this.node = node;
      this.startedAt = startedAt;
      this.startedNanos = startedNanos;
    }
  }

  private final Dispatch dispatch;
  private final LoadedPlan loaded;
  private final Stage stage;
  private final Graph graph;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Function<String, Optional<JsonNode>> secrets;
  private final Consumer<Partial> partials;
  private final Cancellation cancellation = new Cancellation();
  private final List<Entry> entries = new ArrayList<>(3);
  private final Map<String, JsonNode> blocks;
  private Entry open;
  private Entry splitting;

  StageRun(
      Dispatch dispatch,
      LoadedPlan loaded,
      LoadedPlan.Route route,
      InstantSource clock,
      LongSupplier nanos,
      Function<String, Optional<JsonNode>> secrets,
      Consumer<Partial> partials) {
    this.dispatch = dispatch;
    this.loaded = loaded;
    this.stage = route.stage();
    this.graph = route.graph();
    this.clock = clock;
    this.nanos = nanos;
    this.secrets = secrets;
    this.partials = partials;
    this.blocks = new HashMap<>();
    dispatch.blocks().forEach((id, value) -> blocks.put(id, value.node()));
  }

  static StageRun of(Exchange exchange) {
    StageRun run = exchange.getProperty(PROPERTY, StageRun.class);
    if (run == null) {
      throw new FaultException(
          Fault.rejected(
              "design.outside-stage",
              Blame.DESIGN,
              "this step works in the routes of a design only; from other routes send to"
                  + " howdah:<endpoint path>"));
    }
    return run;
  }

  Dispatch dispatch() {
    return dispatch;
  }

  /** What identifies this attempt of a block to whoever is called from it. */
  String idempotencyKey(Node node) {
    String head = dispatch.path();
    String path = head.substring(0, head.lastIndexOf('/') + 1) + node.id();
    return Dispatch.idempotencyKey(dispatch.execution(), path, dispatch.attempt());
  }

  LoadedPlan loaded() {
    return loaded;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  /** What an expression sees whose input is this value. */
  Scope scope(JsonNode value) {
    return new Scope(
        value,
        dispatch.executionInput().map(Value::node).orElse(null),
        blocks,
        stage.references().execution() ? execution() : NO_EXECUTION,
        dispatch.item().map(item -> new Scope.Iteration(item.value().node(), item.index())),
        secrets);
  }

  private static final ObjectNode NO_EXECUTION = JsonNodeFactory.instance.objectNode();

  private ObjectNode execution() {
    ObjectNode execution = JsonNodeFactory.instance.objectNode();
    execution.put("id", dispatch.execution());
    execution.put("deployment", dispatch.deployment());
    execution.put("design", dispatch.plan());
    execution.put("started_at", Instant.ofEpochMilli(dispatch.startedAt()).toString());
    return execution;
  }

  // ---- what the recorders tell

  /** A block begins. */
  void begin(Exchange exchange, Node node) {
    closeOpen();
    Entry entry = new Entry(node, clock.millis(), nanos.getAsLong());
    entries.add(entry);
    exchange.setProperty(LAST, entry);
    open = entry;
    splitting = null;
  }

  /** The block that began last on this exchange. */
  Node current(Exchange exchange) {
    return ((Entry) exchange.getProperty(LAST)).node;
  }

  /** A block that steers others gives on what it got, and lasts until the first of them begins. */
  void passOn(Exchange exchange) {
    Entry entry = (Entry) exchange.getProperty(LAST);
    entry.output = exchange.getMessage().getBody(JsonNode.class);
    blocks.put(entry.node.id(), entry.output);
  }

  void expectItems(Exchange exchange) {
    splitting = (Entry) exchange.getProperty(LAST);
  }

  /** The expression of a split was evaluated. */
  void evaluated(JsonNode value) {
    if (splitting == null) {
      return;
    }
    Entry entry = splitting;
    splitting = null;
    if (!value.isArray()) {
      throw new FaultException(
          Fault.rejected(
              "split.not-a-list",
              Blame.DESIGN,
              "the items of split \"%s\" are no list but %s; write an expression that gives a list"
                  .formatted(
                      entry.node.id(), value.getNodeType().name().toLowerCase(Locale.ROOT))));
    }
    entry.items = value;
  }

  /** A block has its output. */
  void completed(Node node, JsonNode output) {
    Entry entry = find(node);
    if (entry.suspension == null && entry.items == null) {
      entry.output = output;
      blocks.put(node.id(), output);
    }
    close(entry);
  }

  /**
   * A block has failed. What depends on its input alone fails again in the same way, and trying it
   * again would repeat the effect it rides behind, so that such a fault is final.
   */
  void failed(Node node, Fault fault) {
    Entry entry = find(node);
    entry.fault = node.role() == Role.PURE ? fault.forGood() : fault;
    close(entry);
  }

  /** Whether a block is not to run, because it is known what it comes to. */
  boolean isGiven(Node node) {
    return !dispatch.given().isEmpty() && dispatch.given().containsKey(node.id());
  }

  /** The output of a block that {@link #isGiven is not to run}; empty when it is skipped. */
  Optional<JsonNode> given(Node node) {
    return dispatch.given().get(node.id()).map(Value::node);
  }

  /** Whether a block that steers others has already passed on what it got. */
  boolean isClosed(Node node) {
    return find(node).micros >= 0;
  }

  /** A block tells a piece of what it writes; from any thread. */
  void told(Node node, String text) {
    String head = dispatch.path();
    String path = head.substring(0, head.lastIndexOf('/') + 1) + node.id();
    partials.accept(new Partial(dispatch.execution(), path, dispatch.attempt(), text));
  }

  /** The block that runs has something to record beside its output. */
  void noted(Exchange exchange, Optional<JsonNode> meta) {
    ((Entry) exchange.getProperty(LAST)).meta = meta;
  }

  void suspended(Exchange exchange, Outcome outcome) {
    ((Entry) exchange.getProperty(LAST)).suspension = outcome;
  }

  /** Whether a block has begun, which it has not when its {@code when} is false. */
  boolean hasBegun(Node node) {
    return entries.stream().anyMatch(e -> e.node.index() == node.index());
  }

  void skipped(Exchange exchange, Node node) {
    begin(exchange, node);
    open.skipped = true;
    closeOpen();
  }

  /** The block that ran last on this exchange sends to this stage. */
  void collect(Exchange exchange, String targetStage) {
    closeOpen();
    Entry source = (Entry) exchange.getProperty(LAST);
    if (targetStage.equals(Steps.END)) {
      source.reachedEnd = true;
      return;
    }
    String id = targetStage.substring(targetStage.lastIndexOf('/') + 1);
    source.taken = source.taken.isEmpty() ? new ArrayList<>(1) : source.taken;
    source.taken.add(id);
  }

  /** The ids of the blocks that the one that began last on this exchange sends to. */
  List<String> connected(Exchange exchange) {
    return current(exchange).out().stream()
        .filter(edge -> !edge.onError())
        .map(edge -> graph.node(edge.target()).id())
        .toList();
  }

  /** The name of the stage that one of those heads. */
  String stageOf(Exchange exchange, String id) {
    String path = current(exchange).path();
    return loaded.plan().name() + "/" + path.substring(0, path.lastIndexOf('/') + 1) + id;
  }

  private Entry find(Node node) {
    for (Entry entry : entries) {
      if (entry.node.index() == node.index()) {
        return entry;
      }
    }
    throw new IllegalStateException("block " + node.path() + " ended before it began");
  }

  private void closeOpen() {
    if (open != null) {
      close(open);
    }
  }

  private void close(Entry entry) {
    if (entry.micros < 0) {
      entry.micros = (nanos.getAsLong() - entry.startedNanos) / 1000;
    }
    if (open == entry) {
      open = null;
    }
  }

  // ---- what comes of it

  /** What every block that began came to. */
  List<StepResult> results(Optional<Fault> routeFault) {
    closeOpen();
    List<StepResult> results = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      results.add(result(entry));
    }
    if (entries.isEmpty() && routeFault.isPresent()) {
      // Only the first block is expected to come to something when none has begun.
      results.add(new StepResult.Failed(stage.head().id(), clock.millis(), 0, routeFault.get()));
    }
    return results;
  }

  private StepResult result(Entry entry) {
    String id = entry.node.id();
    if (entry.fault != null) {
      return new StepResult.Failed(id, entry.startedAt, entry.micros, entry.fault);
    }
    boolean keptBack =
        entry.node.configured().kind().passesOn() && entry.node.isTerminal() && !entry.reachedEnd;
    if (entry.skipped || keptBack) {
      return new StepResult.Skipped(id, entry.startedAt, entry.micros);
    }
    if (entry.suspension != null) {
      return new StepResult.Suspended(id, entry.startedAt, entry.micros, entry.suspension);
    }
    if (entry.items != null) {
      return new StepResult.Suspended(
          id, entry.startedAt, entry.micros, new Outcome.Composed(entry.items));
    }
    Value output = entry.output == null ? Value.NULL : Value.of(entry.output);
    return new StepResult.Done(id, entry.startedAt, entry.micros, output, taken(entry), entry.meta);
  }

  private Optional<List<String>> taken(Entry entry) {
    List<Edge> out = entry.node.out();
    if (out.isEmpty()) {
      return Optional.empty();
    }
    List<String> taken = null;
    int normal = 0;
    for (Edge edge : out) {
      if (edge.onError()) {
        continue;
      }
      normal++;
      Node target = graph.node(edge.target());
      boolean rode = stage.rides(edge) && hasBegun(target);
      if (rode || entry.taken.contains(target.id())) {
        taken = taken == null ? new ArrayList<>(out.size()) : taken;
        taken.add(target.id());
      }
    }
    int count = taken == null ? 0 : taken.size();
    return count == normal ? Optional.empty() : Optional.of(taken == null ? List.of() : taken);
  }
}
