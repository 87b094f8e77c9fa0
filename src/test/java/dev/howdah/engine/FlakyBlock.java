package dev.howdah.engine;

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
import dev.howdah.fault.FaultException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Fails as often as it is told, and then computes; at once or on another thread. */
public final class FlakyBlock implements LeafKind<FlakyBlock.Configuration> {
  /** How to fail, and what to give in the end. */
  public record Configuration(
      @Doc("the attempts that fail") @Default("0") int failures,
      @Doc("whether the faults say that trying again cannot help") @Default("false")
          boolean forGood,
      @Doc("whether another thread answers") @Default("false") boolean elsewhere,
      @Doc("how long the faults ask to wait") Optional<Duration> retryAfter,
      @Doc("the output") @Default("${ . }") Template value) {}

  @Override
  public String type() {
    return "flaky";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Role role() {
    return Role.EFFECTFUL;
  }

  @Override
  public String subject(Configuration configuration) {
    return "it";
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    return invocation -> {
      String key = invocation.idempotencyKey();
      int attempt = Integer.parseInt(key.substring(key.lastIndexOf(':') + 1));
      if (!configuration.elsewhere()) {
        return Outcome.completed(answer(configuration, invocation, attempt));
      }
      return CompletableFuture.supplyAsync(
          () -> new Outcome.Completed(answer(configuration, invocation, attempt)));
    };
  }

  private static com.fasterxml.jackson.databind.JsonNode answer(
      Configuration configuration, dev.howdah.block.spi.Invocation invocation, int attempt) {
    if (attempt <= configuration.failures()) {
      throw new FaultException(
          new Fault(
              "flaky.failed",
              Blame.WORKER,
              "attempt " + attempt + " failed",
              !configuration.forGood(),
              configuration.retryAfter()));
    }
    return configuration.value().evaluate(invocation.scope());
  }
}
