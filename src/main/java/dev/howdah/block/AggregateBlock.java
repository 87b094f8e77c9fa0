package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Expression;
import dev.howdah.expression.References;
import dev.howdah.expression.Template;
import dev.howdah.json.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * Gathers values of many executions into groups: an aggregator. The execution that brought the
 * first value of a group goes on with the list of all; the others end here.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class AggregateBlock implements LeafKind<AggregateBlock.Configuration> {

  /** What an aggregate block is told. */
  public record Configuration(
      @Doc("what belongs together: values of the same key are one group") Template key,
      @Doc("what joins the group; the block's input if left out") @Default("${ . }") Template value,
      @Doc("how many values make a group complete") Optional<Integer> size,
      @Doc("how long after its first value a group is complete, however few it has")
          Optional<Duration> within,
      @Doc("what holds for a value that completes its group") Optional<Expression> until,
      @Doc("what holds for a group that is complete: . is the list of its values so far")
          Optional<Expression> enough,
      @Doc("blocks of the same name share their groups, in whatever design they are")
          Optional<String> name) {
    public Configuration {
      if (size.isEmpty() && within.isEmpty() && until.isEmpty() && enough.isEmpty()) {
        throw new IllegalArgumentException(
            "an aggregate needs size, within, until or enough, or no group is ever complete");
      }
      if (size.filter(s -> s < 1 || s > Outcome.Gathered.MOST).isPresent()) {
        throw new IllegalArgumentException("size is from 1 to " + Outcome.Gathered.MOST);
      }
      if (enough.isPresent() && size.filter(s -> s > Outcome.Gathered.MOST_SEEN).isPresent()) {
        throw new IllegalArgumentException(
            "size is at most " + Outcome.Gathered.MOST_SEEN + " where enough looks at the group");
      }
      if (enough.filter(e -> !e.references().equals(References.NONE)).isPresent()) {
        throw new IllegalArgumentException(
            "enough sees the values of the group alone; bring what else it needs in the value");
      }
    }
  }

  @Override
  public String type() {
    return "aggregate";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Role role() {
    return Role.SUSPENDING;
  }

  @Override
  public String subject(Configuration configuration) {
    return configuration.name().orElse("key");
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    return invocation -> {
      JsonNode key = configuration.key().evaluate(invocation.scope());
      return Outcome.of(
          new Outcome.Gathered(
              configuration.name().orElse(invocation.site()),
              key.isTextual() ? key.textValue() : Json.write(key),
              configuration.value().evaluate(invocation.scope()),
              configuration.size().orElse(0),
              configuration.within(),
              configuration.until().filter(u -> u.holds(invocation.scope())).isPresent(),
              configuration.enough()));
    };
  }
}
