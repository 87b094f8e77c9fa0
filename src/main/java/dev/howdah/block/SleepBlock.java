package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.Doc;
import dev.howdah.design.Durations;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Waits for a duration or until a time of day, then gives its input on. Survives restarts and holds
 * no thread.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class SleepBlock implements LeafKind<SleepBlock.Configuration> {

  /** What a sleep block is told: exactly one of the two. */
  public record Configuration(
      @Doc("how long to wait, such as 10s, 5m or PT10S; may be an expression")
          Optional<Template> duration,
      @Doc("when to go on, as an RFC 3339 time; may be an expression") Optional<Template> until) {
    public Configuration {
      if (duration.isPresent() == until.isPresent()) {
        throw new IllegalArgumentException("a sleep has either duration or until");
      }
      duration.filter(Template::isConstant).ifPresent(d -> SleepBlock.duration(d.toJson()));
      until.filter(Template::isConstant).ifPresent(u -> SleepBlock.time(u.toJson()));
    }
  }

  @Override
  public String type() {
    return "sleep";
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
    return configuration.duration().isPresent() ? "for" : "until";
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    if (configuration.duration().isPresent()) {
      Template template = configuration.duration().get();
      return invocation ->
          Outcome.of(
              new Outcome.Sleeping(
                  services
                      .clock()
                      .instant()
                      .plus(checked(() -> duration(template.evaluate(invocation.scope()))))));
    }
    Template template = configuration.until().orElseThrow();
    return invocation ->
        Outcome.of(
            new Outcome.Sleeping(checked(() -> time(template.evaluate(invocation.scope())))));
  }

  private interface Parse<T> {
    T get();
  }

  private static <T> T checked(Parse<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException e) {
      throw Fault.rejected("sleep.time", Blame.DESIGN, e.getMessage()).toException();
    }
  }

  private static Duration duration(JsonNode value) {
    return Durations.parse(value.asText());
  }

  private static Instant time(JsonNode value) {
    try {
      return Instant.parse(value.asText());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "\"" + value.asText() + "\" is not a time; write one such as 2026-01-31T08:00:00Z", e);
    }
  }
}
