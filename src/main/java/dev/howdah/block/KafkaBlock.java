package dev.howdah.block;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.Invocation;
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
import dev.howdah.json.Json;
import dev.howdah.json.NotJson;
import dev.howdah.worker.kafka.KafkaMessage;
import dev.howdah.worker.kafka.KafkaNames;
import dev.howdah.worker.kafka.KafkaReceipt;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Publishes a message to a Kafka topic and gives where it was put; or publishes a request and gives
 * the reply.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class KafkaBlock implements LeafKind<KafkaBlock.Configuration> {
  private static final String INVALID = "kafka.invalid-message";

  /** What the value of a reply becomes. */
  public enum Response {
    /** JSON; no value is null. */
    JSON,
    TEXT,
    /** Base64 text. */
    BYTES
  }

  /** Where a reply comes from. */
  public record Reply(
      @Doc("the topic that the reply comes to; read by every process that asks") String topic,
      @Doc("the header that carries the correlation id, in the request and in the reply")
          @Default("kafka_correlationId")
          String correlation,
      @Doc("what the reply's value becomes") @Default("json") Response response) {
    public Reply {
      correct(topic, KafkaNames::topic);
      if (correlation.isBlank()) {
        throw new IllegalArgumentException("correlation is the name of a header");
      }
    }
  }

  /** What a kafka block is told. */
  public record Configuration(
      @Doc("the topic, which must be there; may hold expressions") Template topic,
      @Doc("the value: text is sent as it is, null is a tombstone, all else is JSON")
          @Default("${ . }")
          Template value,
      @Doc("the key, which decides the partition; null is none") Optional<Template> key,
      @Doc("headers by name; null is left out") @Default("{}") Map<String, Template> headers,
      @Doc("the partition, from 0; decided by the key if left out") Optional<Template> partition,
      @Doc("another cluster than the one Howdah uses, as host:port, by comma")
          Optional<String> bootstrapServers,
      @Doc("waits for a reply, which is the output then") Optional<Reply> reply) {
    public Configuration {
      if (topic.isConstant()) {
        correct(topic.toJson().asText(), KafkaNames::topic);
      }
      if (bootstrapServers.isPresent() && !KafkaNames.areServers(bootstrapServers.get())) {
        throw new IllegalArgumentException("bootstrapServers is host:port, by comma");
      }
    }
  }

  private static void correct(String name, Consumer<String> check) {
    try {
      check.accept(name);
    } catch (FaultException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public String type() {
    return "kafka";
  }

  /** {@code kafka:} is Camel's own, for users' routes. */
  @Override
  public String scheme() {
    return "howdah-kafka";
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
    return configuration.topic().isConstant()
        ? configuration.topic().toJson().asText()
        : configuration.reply().isPresent() ? "ask" : "publish";
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    if (configuration.reply().isEmpty()) {
      return invocation -> {
        CompletableFuture<KafkaReceipt> receipt =
            services.kafka().publish(message(configuration, invocation));
        invocation.cancellation().onCancel(() -> receipt.cancel(true));
        return receipt.thenApply(r -> new Outcome.Completed(json(r)));
      };
    }
    Reply reply = configuration.reply().get();
    return invocation -> {
      CompletableFuture<Optional<byte[]>> answer =
          services
              .kafka()
              .ask(message(configuration, invocation), reply.topic(), reply.correlation());
      invocation.cancellation().onCancel(() -> answer.cancel(true));
      return answer.thenApply(value -> new Outcome.Completed(output(reply, value)));
    };
  }

  private static KafkaMessage message(Configuration configuration, Invocation invocation) {
    Map<String, String> headers = new LinkedHashMap<>();
    configuration
        .headers()
        .forEach(
            (name, template) ->
                text(template.evaluate(invocation.scope()))
                    .ifPresent(text -> headers.put(name, text)));
    return new KafkaMessage(
        configuration.bootstrapServers(),
        text(configuration.topic().evaluate(invocation.scope()))
            .orElseThrow(() -> invalid("the topic is null; write an expression that gives one")),
        configuration.key().flatMap(key -> text(key.evaluate(invocation.scope()))),
        text(configuration.value().evaluate(invocation.scope()))
            .map(text -> text.getBytes(StandardCharsets.UTF_8)),
        headers,
        partition(configuration, invocation),
        invocation.idempotencyKey());
  }

  private static OptionalInt partition(Configuration configuration, Invocation invocation) {
    JsonNode partition =
        configuration
            .partition()
            .map(p -> p.evaluate(invocation.scope()))
            .orElse(JsonNodeFactory.instance.nullNode());
    if (partition.isNull()) {
      return OptionalInt.empty();
    }
    if (!partition.canConvertToInt() || partition.doubleValue() != partition.intValue()) {
      throw invalid("the partition is %s and not a whole number".formatted(partition));
    }
    return OptionalInt.of(partition.intValue());
  }

  private static FaultException invalid(String message) {
    return Fault.rejected(INVALID, Blame.DESIGN, message).toException();
  }

  private static Optional<String> text(JsonNode value) {
    if (value.isNull()) {
      return Optional.empty();
    }
    return Optional.of(value.isTextual() ? value.textValue() : Json.write(value));
  }

  private static JsonNode json(KafkaReceipt receipt) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("topic", receipt.topic())
        .put("partition", receipt.partition())
        .put("offset", receipt.offset());
  }

  private static JsonNode output(Reply reply, Optional<byte[]> value) {
    if (value.isEmpty()) {
      return JsonNodeFactory.instance.nullNode();
    }
    byte[] bytes = value.get();
    return switch (reply.response()) {
      case JSON -> parsed(reply, bytes);
      case TEXT -> JsonNodeFactory.instance.textNode(new String(bytes, StandardCharsets.UTF_8));
      case BYTES -> JsonNodeFactory.instance.textNode(Base64.getEncoder().encodeToString(bytes));
    };
  }

  private static JsonNode parsed(Reply reply, byte[] bytes) {
    try {
      return Json.read(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw Fault.rejected(
              "kafka.not-json",
              Blame.WORKER,
              "the reply on topic %s is not JSON (%s); set response to text or bytes"
                  .formatted(reply.topic(), NotJson.reason(e)))
          .toException();
    }
  }
}
