package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Placement;
import dev.howdah.design.Block;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.ScopeState.Token;
import dev.howdah.expression.References;
import dev.howdah.expression.Scope;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Node;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Stage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the blocks of an execution get: their inputs, and what else their expressions read. */
final class Messages {
  private final Subject subject;
  private final Plan plan;
  private final Map<String, RecordedStep> decided;

  /**
   * @param decided what is recorded of blocks that have not been reached, by step path
   */
  Messages(Subject subject, Plan plan, Map<String, RecordedStep> decided) {
    this.subject = subject;
    this.plan = plan;
    this.decided = decided;
  }

  /**
   * The message that lets a stage run; from a block on that is not its first when those before are
   * done.
   */
  Dispatch dispatch(ScopeState scope, BlockState block) {
    Stage stage = plan.stageOf(block.node);
    return new Dispatch(
        subject.id(),
        subject.deployment(),
        plan.name(),
        stage.id(),
        scope.path(block.node),
        block.attempt,
        stage.group(),
        input(scope, stage.head()),
        stage.references().input() ? Optional.of(subject.input()) : Optional.empty(),
        outputsRead(scope, stage.references()),
        plan.headedBy(block.node).isPresent() && decided.isEmpty() ? Map.of() : given(scope, stage),
        scope.item(),
        subject.startedAt(),
        subject.deadlineAt(),
        subject.lineage(),
        placement(scope, stage));
  }

  /** What the innermost container says that says anything; executions stay with their engine. */
  private static Optional<Placement> placement(ScopeState scope, Stage stage) {
    Optional<Placement> found = Optional.empty();
    if (!stage.group().equals(Block.DEFAULT_GROUP)) {
      Optional<ScopeState.Owner> owner = scope.owner;
      while (owner.isPresent() && found.isEmpty()) {
        BlockState container = owner.get().block();
        found = container.node.placement(container.ensemble.state());
        owner = owner.get().scope().owner;
      }
    }
    return found;
  }

  private Map<String, Optional<Value>> given(ScopeState scope, Stage stage) {
    Map<String, Optional<Value>> given = new LinkedHashMap<>();
    for (Node node : stage.nodes()) {
      BlockState block = scope.block(node);
      RecordedStep row = decided.get(scope.path(node));
      if (block.phase == Phase.DONE) {
        given.put(node.id(), Optional.of(block.output));
      } else if (row != null) {
        given.put(node.id(), row.output());
      }
    }
    return given;
  }

  /** What the expressions see that a container's conductor evaluates. */
  Scope sight(ScopeState scope, Node container, JsonNode input, int index) {
    Map<String, JsonNode> blocks = new LinkedHashMap<>();
    outputsRead(scope, container.references()).forEach((id, value) -> blocks.put(id, value.node()));
    ObjectNode execution = JsonNodeFactory.instance.objectNode();
    execution.put("id", subject.id());
    execution.put("deployment", subject.deployment());
    execution.put("design", plan.name());
    execution.put("started_at", Instant.ofEpochMilli(subject.startedAt()).toString());
    return new Scope(
        input,
        subject.input().node(),
        blocks,
        execution,
        Optional.of(new Scope.Iteration(input, index)),
        secret -> Optional.empty());
  }

  /** Outputs of earlier blocks that are read; most stages read none. */
  private static Map<String, Value> outputsRead(ScopeState scope, References references) {
    if (!references.allBlocks() && references.blocks().isEmpty()) {
      return Map.of();
    }
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (ScopeState s = scope; s != null; s = s.owner.map(ScopeState.Owner::scope).orElse(null)) {
      for (BlockState other : s.blocks) {
        boolean read = references.allBlocks() || references.blocks().contains(other.node.id());
        if (read && other.phase == Phase.DONE) {
          outputs.put(other.node.id(), other.output);
        }
      }
    }
    return outputs;
  }

  /** What a block gets as {@code .}. */
  static Value input(ScopeState scope, Node node) {
    if (node.in().isEmpty()) {
      return scope.input;
    }
    if (!node.isJoin()) {
      return carried(scope, node.in().get(0));
    }
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    for (Edge edge : node.in()) {
      if (scope.tokens[edge.index()] == Token.VALUE) {
        input.set(scope.blocks[edge.source()].node.id(), carried(scope, edge).node());
      }
    }
    return Value.of(input);
  }

  private static Value carried(ScopeState scope, Edge edge) {
    BlockState source = scope.blocks[edge.source()];
    return edge.extracts()
        ? Value.of(source.node.configured().kind().finalOutput(source.output.node()))
        : source.output;
  }

  /** What a scope whose ends have all settled came to. */
  static Value result(ScopeState scope) {
    ObjectNode byBlock = JsonNodeFactory.instance.objectNode();
    Value only = Value.NULL;
    for (Node end : scope.graph.terminals()) {
      BlockState block = scope.block(end);
      if (block.phase == Phase.DONE) {
        only = block.output;
        if (!scope.graph.hasOneEnd()) {
          byBlock.set(end.id(), block.output.node());
        }
      }
    }
    return scope.graph.hasOneEnd() ? only : Value.of(byBlock);
  }
}
