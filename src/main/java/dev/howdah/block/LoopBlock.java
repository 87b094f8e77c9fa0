package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.ContainerKind;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Section;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.design.Written;
import dev.howdah.expression.Expression;
import dev.howdah.expression.Scope;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs the blocks inside it again and again, one round after the other: for each item of a list in
 * order, a number of times, or while a condition holds.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class LoopBlock implements ContainerKind<LoopBlock.Configuration> {
  private static final String VALUE = "value";
  private static final String ITEMS = "items";
  private static final String TIMES = "times";

  /** What a loop block is told: exactly one of items, times and while. */
  public record Configuration(
      @Doc("the list whose items are worked on in order; the output is the list of the results")
          Optional<Expression> items,
      @Doc("how many rounds; each gets the result of the one before, the last one's is the output")
          Optional<Template> times,
      @Doc(
              "what must hold for another round, seeing the last result as . and the rounds so far as $index")
          @Written("while")
          Optional<Expression> condition,
      @Doc("the most rounds there may be; more are a fault") @Default("1000") int max,
      @Doc("the blocks to run in each round") @Default("[]") List<JsonNode> blocks,
      @Doc("the connections between them; in the order listed if left out")
          Optional<List<JsonNode>> connections) {
    public Configuration {
      if (Stream.of(items, times, condition).filter(Optional::isPresent).count() != 1) {
        throw new IllegalArgumentException("a loop has one of items, times and while");
      }
      if (max < 1 || max > 100_000) {
        throw new IllegalArgumentException("max is from 1 to 100000");
      }
    }
  }

  @Override
  public String type() {
    return "loop";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public String subject(Configuration configuration) {
    return configuration.items().isPresent()
        ? "each"
        : configuration.times().isPresent() ? "times" : "while";
  }

  @Override
  public List<Section> sections(ObjectNode data) {
    return List.of(Section.graph("", "").perItem());
  }

  @Override
  public boolean countsRounds() {
    return true;
  }

  @Override
  public JsonNode begin(Configuration configuration, Scope scope) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    if (configuration.items().isPresent()) {
      JsonNode items = configuration.items().get().evaluate(scope);
      if (!items.isArray()) {
        throw fault(
            "loop.not-a-list", "the items are not a list; write an expression that gives one");
      }
      limit(configuration, items.size());
      return state.set(ITEMS, items);
    }
    state.set(VALUE, scope.value());
    if (configuration.times().isPresent()) {
      JsonNode times = configuration.times().get().evaluate(scope);
      if (!times.canConvertToInt()
          || times.intValue() != times.doubleValue()
          || times.intValue() < 0) {
        throw fault("loop.times", "times is %s and not a whole number from 0".formatted(times));
      }
      limit(configuration, times.intValue());
      state.put(TIMES, times.intValue());
    }
    return state;
  }

  private static void limit(Configuration configuration, int rounds) {
    if (rounds > configuration.max()) {
      throw fault(
          "loop.too-many-rounds",
          "%d rounds are more than max allows, which is %d".formatted(rounds, configuration.max()));
    }
  }

  private static dev.howdah.fault.FaultException fault(String code, String message) {
    return Fault.rejected(code, Blame.DESIGN, message).toException();
  }

  @Override
  public Conductor conduct(Configuration configuration) {
    return parts -> next(configuration, parts);
  }

  private static Move next(Configuration configuration, Parts parts) {
    Optional<Parts.Failure> failure = parts.firstFailure();
    if (failure.isPresent()) {
      return new Move.Fail(failure.get().fault());
    }
    if (parts.open() > 0) {
      return Move.WAIT;
    }
    int rounds = parts.started();
    JsonNode items = parts.state().get(ITEMS);
    if (items != null) {
      return rounds < items.size()
          ? round(rounds, items.get(rounds))
          : new Move.Finish(JsonNodeFactory.instance.arrayNode().addAll(parts.outputs()));
    }
    JsonNode value =
        rounds == 0 ? parts.state().get(VALUE) : parts.output("", key(rounds - 1)).orElseThrow();
    boolean more =
        configuration.condition().isPresent()
            ? configuration.condition().get().holds(parts.scope(value, rounds))
            : rounds < parts.state().get(TIMES).intValue();
    if (more) {
      limit(configuration, rounds + 1);
    }
    return more ? round(rounds, value) : new Move.Finish(value);
  }

  private static Move round(int index, JsonNode input) {
    return Move.start(new Part("", key(index), input, index));
  }

  private static String key(int index) {
    return "#" + (index + 1);
  }
}
