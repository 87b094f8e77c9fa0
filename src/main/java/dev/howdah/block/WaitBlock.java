package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.Doc;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits for a promise: for somebody to approve, for a callback, for another execution. Survives
 * restarts and holds no thread; the value the promise is resolved with is the output.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class WaitBlock implements LeafKind<WaitBlock.Configuration> {

  /** What a wait block is told. */
  public record Configuration(
      @Doc("the promise's id; one of the step's own if left out") Optional<Template> promise,
      @Doc("how long to wait; for ever if left out") Optional<Duration> timeout,
      @Doc("what is asked, for the person who settles it") Optional<Template> title,
      @Doc("JSON Schema that the value must fit") Optional<JsonNode> schema) {}

  @Override
  public String type() {
    return "wait";
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
    return configuration.schema().isPresent() ? "approval" : "promise";
  }

  @Override
  public void check(Configuration configuration, BlockCheck check) {
    configuration.schema().ifPresent(schema -> check.schema("/schema", schema));
  }

  private static String id(JsonNode value) {
    String id = value.isValueNode() && !value.isNull() ? value.asText() : "";
    if (id.isBlank() || id.length() > 200) {
      throw Fault.rejected(
              "wait.promise",
              Blame.DESIGN,
              "the promise's id is %s; it is a text of 1 to 200 characters".formatted(value))
          .toException();
    }
    return id;
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    return invocation ->
        Outcome.of(
            new Outcome.Promised(
                configuration.promise().map(id -> id(id.evaluate(invocation.scope()))).orElse(""),
                configuration.timeout().map(services.clock().instant()::plus),
                configuration.title().map(t -> t.evaluate(invocation.scope()).asText()).orElse(""),
                configuration.schema()));
  }
}
