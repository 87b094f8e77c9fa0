package dev.howdah.block;

import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Template;
import java.time.Duration;
import java.util.Optional;

/**
 * Lets executions pass at a rate, however many nodes there are; the others wait for their turn
 * without holding a thread.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class ThrottleBlock implements LeafKind<ThrottleBlock.Configuration> {

  /** What a throttle block is told. */
  public record Configuration(
      @Doc("how many may pass in each period") int rate,
      @Doc("the period") @Default("1s") Duration per,
      @Doc("how many may pass at once after a pause") @Default("1") int burst,
      @Doc("what has a rate of its own, such as a customer's id; all share one if left out")
          Optional<Template> key,
      @Doc("throttles of the same name share their rate, in whatever design they are")
          Optional<String> name) {
    public Configuration {
      if (rate < 1 || rate > 1_000_000) {
        throw new IllegalArgumentException("rate is from 1 to 1000000");
      }
      if (burst < 1 || burst > rate) {
        throw new IllegalArgumentException("burst is from 1 to rate");
      }
      if (per.isZero() || per.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException("per is at most a day");
      }
    }
  }

  @Override
  public String type() {
    return "throttle";
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
    return configuration.name().orElse("rate");
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    Duration interval = configuration.per().dividedBy(configuration.rate());
    return invocation -> {
      String name = configuration.name().orElse(invocation.site());
      String key = configuration.key().map(k -> k.evaluate(invocation.scope()).asText()).orElse("");
      return Outcome.of(
          new Outcome.Paced(
              name + (key.isEmpty() ? "" : "=" + key), interval, configuration.burst()));
    };
  }
}
