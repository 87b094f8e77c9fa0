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
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.design.Written;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.worker.agent.AgentAnswer;
import dev.howdah.worker.agent.AgentCall;
import dev.howdah.worker.agent.AgentDefaults;
import dev.howdah.worker.agent.AnswerSchema;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a large language model behind an OpenAI-compatible API. Its answer is the output: text, or
 * JSON that satisfies a schema.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class AgentBlock implements LeafKind<AgentBlock.Configuration> {

  /** What an agent block is told. */
  public record Configuration(
      @Doc("who the model is to be and how it is to work") @Written("system_prompt")
          Optional<Template> systemPrompt,
      @Doc(
              "what the model is asked; a text input, the field prompt of the input, or the input as JSON if left out")
          @Default(
              "${ if type == \"object\" and (.prompt | type) == \"string\" then .prompt else . end }")
          Template prompt,
      @Doc("the model's name; howdah.agent.model if left out") Optional<Template> model,
      @Doc("how freely the model chooses its words, from 0 to 2; the model's own if left out")
          Optional<Double> temperature,
      @Doc("the most tokens of an answer; the model's own limit if left out") @Written("max_tokens")
          Optional<Integer> maxTokens,
      @Doc("a JSON Schema; the answer is then JSON that satisfies it instead of text")
          Optional<JsonNode> schema,
      @Doc("where the API is, up to /v1 or the like; howdah.agent.url if left out")
          @Written("base_url")
          Optional<Template> baseUrl,
      @Doc(
              "the API's key, as ${ $secrets.name }; if left out the secret agent_key, which goes to howdah.agent.url only")
          @Written("api_key")
          Optional<Template> apiKey,
      @Doc("what people call the agent") Optional<String> name,
      @Doc("what the agent is good at") Optional<String> description) {
    public Configuration {
      if (temperature.filter(t -> t < 0 || t > 2).isPresent()) {
        throw new IllegalArgumentException("temperature is from 0 to 2");
      }
      if (maxTokens.filter(m -> m < 1).isPresent()) {
        throw new IllegalArgumentException("max_tokens is at least 1");
      }
      baseUrl
          .filter(Template::isConstant)
          .ifPresent(url -> AgentDefaults.url(url.toJson().asText()));
      if (apiKey.filter(Template::isConstant).isPresent()) {
        throw new IllegalArgumentException(
            "api_key is written out; keep it as a secret and write ${ $secrets.name }");
      }
    }
  }

  @Override
  public String type() {
    return "agent";
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
    configuration.schema().ifPresent(schema -> check.schema("/schema", schema));
  }

  @Override
  public String subject(Configuration configuration) {
    return configuration
        .model()
        .filter(Template::isConstant)
        .map(model -> model.toJson().asText().replaceAll("[^A-Za-z0-9._-]", "_"))
        .filter(model -> !model.isEmpty())
        .orElse("model");
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    Optional<AnswerSchema> schema = configuration.schema().map(AnswerSchema::new);
    return invocation -> {
      AgentCall call = call(configuration, schema, services.agents().defaults(), invocation);
      CompletableFuture<AgentAnswer> answer = services.agents().ask(call, invocation.partial());
      invocation.cancellation().onCancel(() -> answer.cancel(true));
      return answer.thenApply(a -> new Outcome.Completed(a.output(), Optional.of(a.meta())));
    };
  }

  private static AgentCall call(
      Configuration configuration,
      Optional<AnswerSchema> schema,
      AgentDefaults defaults,
      Invocation invocation) {
    Optional<URI> own = text(configuration.baseUrl(), invocation).map(AgentBlock::url);
    URI url =
        own.or(defaults::url)
            .orElseThrow(
                () ->
                    missing(
                        "agent.no-url", "base_url", "the address of an API", "howdah.agent.url"));
    String model =
        text(configuration.model(), invocation)
            .or(defaults::model)
            .orElseThrow(() -> missing("agent.no-model", "model", "a model", "howdah.agent.model"));
    return new AgentCall(
        url,
        text(configuration.apiKey(), invocation)
            .or(() -> url.equals(defaults.url().orElse(null)) ? defaults.key() : Optional.empty()),
        model,
        text(configuration.systemPrompt(), invocation),
        text(configuration.prompt().evaluate(invocation.scope())),
        configuration.temperature(),
        configuration.maxTokens(),
        schema,
        invocation.idempotencyKey());
  }

  private static URI url(String text) {
    try {
      return AgentDefaults.url(text);
    } catch (IllegalArgumentException e) {
      throw Fault.rejected("agent.no-url", Blame.DESIGN, e.getMessage()).toException();
    }
  }

  private static RuntimeException missing(
      String code, String property, String what, String setting) {
    return Fault.rejected(
            code,
            Blame.DESIGN,
            "the agent has not been told %s; give it %s, or the process %s"
                .formatted(what, property, setting))
        .toException();
  }

  /** What a template gives; empty for nothing and for nothing but space. */
  private static Optional<String> text(Optional<Template> template, Invocation invocation) {
    return template
        .map(t -> t.evaluate(invocation.scope()))
        .filter(value -> !value.isNull())
        .map(AgentBlock::text)
        .filter(value -> !value.isBlank());
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : Json.write(value);
  }
}
