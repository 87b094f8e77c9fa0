package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.Invocation;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Next;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Section;
import dev.howdah.block.spi.Services;
import dev.howdah.block.spi.Site;
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
import dev.howdah.worker.agent.AgentTool;
import dev.howdah.worker.agent.AnswerSchema;
import dev.howdah.worker.agent.Dialogue;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a large language model behind an OpenAI-compatible API. Its answer is the output: text, or
 * JSON that satisfies a schema. With tools it may call other blocks on the way; it is then a
 * container of its questions and of those blocks.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class AgentBlock implements LeafKind<AgentBlock.Configuration> {
  private static final String PROMPT =
      "${ if type == \"object\" and (.prompt | type) == \"string\" then .prompt else . end }";

  /** What an agent block is told. */
  public record Configuration(
      @Doc("who the model is to be and how it is to work") @Written("system_prompt")
          Optional<Template> systemPrompt,
      @Doc(
              "what the model is asked; a text input, the field prompt of the input, or the input as JSON if left out")
          @Default(PROMPT)
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
      @Doc("a conversation to go on with instead of a prompt, as the protocol writes it")
          Optional<Template> messages,
      @Doc("what the model may call before it answers: blocks, or designs") @Default("[]")
          List<Tool> tools,
      @Doc("how often the model may be asked for one answer when it has tools")
          @Written("max_steps")
          @Default("10")
          int maxSteps,
      @Doc("what people call the agent") Optional<String> name,
      @Doc("what the agent is good at") Optional<String> description) {
    public Configuration {
      // Nobody asks a model nothing.
      if (prompt.isConstant() && prompt.toJson().isNull()) {
        prompt = Template.of(PROMPT);
      }
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
      if (maxSteps < 1 || maxSteps > 1000) {
        throw new IllegalArgumentException("max_steps is from 1 to 1000");
      }
      if (tools.size() > 128) {
        throw new IllegalArgumentException("there are more than 128 tools; give the agent fewer");
      }
    }

    /** What is evaluated when the agent begins, by property. */
    private Map<String, Template> recorded() {
      Map<String, Template> recorded = new TreeMap<>();
      recorded.put("prompt", prompt);
      systemPrompt.ifPresent(template -> recorded.put("system_prompt", template));
      messages.ifPresent(template -> recorded.put("messages", template));
      model.ifPresent(template -> recorded.put("model", template));
      baseUrl.ifPresent(template -> recorded.put("base_url", template));
      return recorded;
    }

    /** Whether blocks of this design are its tools. */
    boolean runsTools() {
      return tools.stream().anyMatch(Tool::isRun);
    }
  }

  /** What the model may call: a block, or a design; with neither, the call is the output. */
  public record Tool(
      @Doc("what the model calls it") String name,
      @Doc("what it does and when to use it, for the model") Optional<String> description,
      @Doc("a JSON Schema of the arguments, an object; they are the input of the block")
          Optional<JsonNode> parameters,
      @Doc("the type of the block") Optional<String> type,
      @Doc("the settings of the block") Optional<JsonNode> data,
      @Doc("the id of the design to run instead of a block") Optional<String> design,
      @Doc("the worker group of the block") Optional<String> group,
      @Doc("how long one attempt of the block may take") Optional<String> timeout,
      @Doc("how failed attempts of the block are tried again") Optional<JsonNode> retry) {
    private static final JsonNode ANYTHING =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "object")
            .set("properties", JsonNodeFactory.instance.objectNode());

    public Tool {
      // The name of a tool that is run becomes the id of a block, which is checked as one.
      if (type.isEmpty() && design.isEmpty() && !name.matches("[A-Za-z][A-Za-z0-9_-]{0,62}")) {
        throw new IllegalArgumentException(
            "\"%s\" is no name of a tool; start with a letter and use letters, digits, _ and -"
                .formatted(name));
      }
      if (type.isPresent() && design.isPresent()) {
        throw new IllegalArgumentException("a tool has a type or a design, not both");
      }
      if (parameters.filter(p -> !p.path("type").asText().equals("object")).isPresent()) {
        throw new IllegalArgumentException("the parameters are not of type object");
      }
    }

    boolean isRun() {
      return type.isPresent() || design.isPresent();
    }

    /** What the arguments must satisfy. */
    JsonNode schema() {
      return parameters.orElse(ANYTHING);
    }

    private AgentTool told() {
      return new AgentTool(name, description.orElse(""), schema());
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
    if (configuration.runsTools()) {
      configuration
          .recorded()
          .forEach(
              (property, template) -> {
                if (!template.references().secrets().isEmpty()) {
                  check.problem(
                      "/" + property,
                      "agent.secret-recorded",
                      "\"%s\" reads a secret, and what an agent with tools begins with is recorded"
                          .formatted(property),
                      "keep secrets to api_key and to the data of the tools");
                }
              });
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < configuration.tools().size(); i++) {
      Tool tool = configuration.tools().get(i);
      String pointer = "/tools/" + i;
      tool.parameters().ifPresent(schema -> check.schema(pointer + "/parameters", schema));
      if (configuration.runsTools() && !tool.isRun()) {
        check.problem(
            pointer,
            "agent.tool-without-block",
            "the tool \"%s\" is neither a block nor a design, but others are"
                .formatted(tool.name()),
            "give it a type and data, or a design");
      }
      if (!names.add(tool.name()) && !configuration.runsTools()) {
        check.problem(
            pointer + "/name",
            "agent.tool-twice",
            "there is a tool \"%s\" already".formatted(tool.name()),
            "give every tool a name of its own");
      }
    }
  }

  @Override
  public List<Section> sections(ObjectNode data) {
    return ToolRounds.sections(data);
  }

  @Override
  public Optional<Conductor> conductor(Configuration configuration) {
    return configuration.runsTools()
        ? Optional.of(new ToolRounds(configuration))
        : Optional.empty();
  }

  /** The route of an agent with tools names them; each has a route of its own. */
  @Override
  public List<Map<String, Object>> write(Site<Configuration> site, Next next) {
    if (!site.configuration().runsTools()) {
      return LeafKind.super.write(site, next);
    }
    ObjectNode data = site.data().deepCopy();
    data.set("tools", ToolRounds.named(site.configuration().tools()));
    return LeafKind.super.write(new Site<>(site.id(), site.configuration(), data), next);
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
    if (configuration.runsTools()) {
      return invocation -> Outcome.of(new Outcome.Composed(begin(configuration, invocation)));
    }
    Optional<AnswerSchema> schema = configuration.schema().map(AnswerSchema::new);
    return invocation -> {
      AgentCall call = call(configuration, schema, services.agents().defaults(), invocation);
      CompletableFuture<AgentAnswer> answer = services.agents().ask(call, invocation.partial());
      invocation.cancellation().onCancel(() -> answer.cancel(true));
      return answer.thenApply(a -> new Outcome.Completed(a.output(), Optional.of(a.meta())));
    };
  }

  /** What the rounds of an agent with tools work from. */
  private static JsonNode begin(Configuration configuration, Invocation invocation) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    state.set(ToolRounds.MESSAGES, messages(configuration, invocation));
    text(configuration.model(), invocation).ifPresent(model -> state.put("model", model));
    text(configuration.baseUrl(), invocation).ifPresent(url -> state.put("base_url", url));
    return state;
  }

  private static ArrayNode messages(Configuration configuration, Invocation invocation) {
    Optional<String> system = text(configuration.systemPrompt(), invocation);
    if (configuration.messages().isEmpty()) {
      return Dialogue.write(system, text(configuration.prompt().evaluate(invocation.scope())));
    }
    JsonNode given = configuration.messages().get().evaluate(invocation.scope());
    Dialogue.read(given);
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    system.ifPresent(text -> all.addObject().put("role", "system").put("content", text));
    return all.addAll((ArrayNode) given);
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
        Dialogue.read(messages(configuration, invocation)),
        configuration.temperature(),
        configuration.maxTokens(),
        schema,
        configuration.tools().stream().map(Tool::told).toList(),
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
