package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.ContainerKind;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Placement;
import dev.howdah.block.spi.Section;
import dev.howdah.design.Block;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Scope;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs the block inside it on a live worker of the block's group that it picks: a load balancer.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class BalanceBlock implements ContainerKind<BalanceBlock.Configuration> {
  private static final String BLOCK = "block";
  private static final String VALUE = "value";
  private static final String KEY = "key";

  /** What a balance block is told. */
  public record Configuration(
      @Doc("how a worker is picked") @Default("least-in-flight") Placement.Strategy strategy,
      @Doc("what a sticky worker is found by: the same key, the same worker")
          Optional<Template> key,
      @Doc("how many workers of the group must live; fewer are a fault") @Default("0")
          int minWorkers,
      @Doc("the block to run; it names the group") @Default("null") JsonNode block) {
    public Configuration {
      if (strategy == Placement.Strategy.STICKY && key.isEmpty()) {
        throw new IllegalArgumentException(
            "sticky needs a key; write an expression that says what belongs together");
      }
      if (strategy != Placement.Strategy.STICKY && key.isPresent()) {
        throw new IllegalArgumentException(
            "key means nothing to %s; remove it, or set strategy to sticky"
                .formatted(strategy.name().toLowerCase(Locale.ROOT).replace('_', '-')));
      }
      if (minWorkers < 0 || minWorkers > 10_000) {
        throw new IllegalArgumentException("minWorkers is from 0 to 10000");
      }
    }
  }

  @Override
  public String type() {
    return "balance";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public String subject(Configuration configuration) {
    return configuration.strategy().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public List<Section> sections(ObjectNode data) {
    return List.of(Section.block("", "/" + BLOCK));
  }

  /** Engines share executions and not stages, so there is nothing to balance among them. */
  @Override
  public void check(Configuration configuration, BlockCheck check) {
    String group = configuration.block().path("group").asText(Block.DEFAULT_GROUP);
    if (group.equals(Block.DEFAULT_GROUP)) {
      check.problem(
          "/" + BLOCK,
          "balance.no-group",
          "the block inside runs in no worker group, so there are no workers to pick from",
          "give it a group");
    }
  }

  @Override
  public JsonNode begin(Configuration configuration, Scope scope) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    state.set(VALUE, scope.value());
    configuration.key().ifPresent(key -> state.put(KEY, text(key.evaluate(scope))));
    return state;
  }

  private static String text(JsonNode key) {
    if (key.isNull()) {
      throw Fault.rejected(
              "balance.no-key",
              Blame.DESIGN,
              "the key is null; write an expression that gives a value")
          .toException();
    }
    return key.isTextual() ? key.textValue() : Json.write(key);
  }

  @Override
  public Optional<Placement> placement(Configuration configuration, JsonNode state) {
    return Optional.of(
        new Placement(
            configuration.strategy(),
            Optional.ofNullable(state.get(KEY)).map(JsonNode::textValue),
            configuration.minWorkers()));
  }

  @Override
  public Conductor conduct(Configuration configuration) {
    return BalanceBlock::next;
  }

  private static Move next(Parts parts) {
    Optional<Parts.Failure> failure = parts.firstFailure();
    if (failure.isPresent()) {
      return new Move.Fail(failure.get().fault());
    }
    if (parts.started() == 0) {
      return Move.start(new Part("", "", parts.state().get(VALUE), 0));
    }
    return parts.output("", "").<Move>map(Move.Finish::new).orElse(Move.WAIT);
  }
}
