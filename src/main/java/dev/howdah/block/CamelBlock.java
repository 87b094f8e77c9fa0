package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.Invocation;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.ByteSize;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Template;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.camel.CamelCaller;
import dev.howdah.worker.camel.CamelComponents;
import dev.howdah.worker.camel.CamelMessage;
import dev.howdah.worker.camel.CamelUri;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sends a message to a Camel endpoint whose scheme the operator has allowed, and gives the answer.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class CamelBlock implements LeafKind<CamelBlock.Configuration> {

  /** Whether there is an answer. */
  public enum Pattern {
    /** None; the output is null. */
    IN_ONLY,
    /** The message that the endpoint ends with. */
    IN_OUT
  }

  /** What a camel block is told. */
  public record Configuration(
      @Doc("the endpoint, such as seda:orders; may hold expressions") Template uri,
      @Doc("the body: text is sent as it is, null is none, all else is JSON") @Default("${ . }")
          Template body,
      @Doc("headers by name") @Default("{}") Map<String, Template> headers,
      @Doc("in-out for an answer, in-only for none") @Default("in-out") Pattern pattern,
      @Doc("what the answer's body becomes") @Default("json") CamelMessage.Answer response,
      @Doc("the largest answer taken") @Default("1MiB") ByteSize maxResponse) {
    public Configuration {
      if (maxResponse.bytes() < 1 || maxResponse.bytes() >= Integer.MAX_VALUE) {
        throw new IllegalArgumentException("maxResponse is from 1B to less than 2GiB");
      }
      if (uri.isConstant()) {
        try {
          CamelUri.of(uri.toJson().asText());
        } catch (FaultException e) {
          throw new IllegalArgumentException(e.getMessage(), e);
        }
      }
    }
  }

  @Override
  public String type() {
    return "camel";
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
  public void check(Configuration configuration, BlockCheck check) {
    CamelUri.scheme(configuration.uri().toJson().asText())
        .filter(scheme -> !CamelComponents.has(scheme))
        .ifPresent(
            scheme ->
                check.problem(
                    "/uri",
                    "camel.unknown-component",
                    "there is no Camel component \"" + scheme + "\"",
                    "correct the scheme, or put the component's jar on the class path"));
  }

  @Override
  public String subject(Configuration configuration) {
    return CamelUri.scheme(configuration.uri().toJson().asText())
        .map(scheme -> scheme.replace('+', '-'))
        .orElse("uri");
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    CamelCaller caller = services.camel();
    return invocation -> {
      CompletableFuture<JsonNode> answer = caller.call(message(configuration, invocation));
      invocation.cancellation().onCancel(() -> answer.cancel(true));
      return answer.thenApply(Outcome.Completed::new);
    };
  }

  private static CamelMessage message(Configuration configuration, Invocation invocation) {
    Map<String, JsonNode> headers = new LinkedHashMap<>();
    configuration
        .headers()
        .forEach((name, value) -> headers.put(name, value.evaluate(invocation.scope())));
    return new CamelMessage(
        CamelUri.of(configuration.uri().evaluate(invocation.scope()).asText()),
        configuration.body().evaluate(invocation.scope()),
        headers,
        configuration.pattern() == Pattern.IN_OUT
            ? Optional.of(configuration.response())
            : Optional.empty(),
        configuration.maxResponse().bytes(),
        invocation.idempotencyKey());
  }
}
