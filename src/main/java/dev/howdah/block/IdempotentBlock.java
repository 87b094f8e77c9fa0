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
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * Gives its input on if nobody brought that key before, and skips what follows if somebody did: an
 * idempotent consumer.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class IdempotentBlock implements LeafKind<IdempotentBlock.Configuration> {

  /** What an idempotent block is told. */
  public record Configuration(
      @Doc("what tells a repeat, such as a message's id") Template key,
      @Doc("how long a key is remembered") @Default("7d") Duration retention,
      @Doc("blocks of the same name share their keys, in whatever design they are")
          Optional<String> name) {}

  @Override
  public String type() {
    return "idempotent";
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
      if (key.isNull() || (key.isTextual() && key.textValue().isEmpty())) {
        throw Fault.rejected(
                "idempotent.no-key",
                Blame.DESIGN,
                "the key is empty, so a repeat cannot be told; write an expression that gives one")
            .toException();
      }
      return Outcome.of(
          new Outcome.Once(
              configuration.name().orElse(invocation.site()),
              key.isTextual() ? key.textValue() : Json.write(key),
              services.clock().instant().plus(configuration.retention()),
              invocation.scope().value()));
    };
  }
}
