package dev.howdah.block;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.block.AgentBlock.Configuration;
import dev.howdah.block.AgentBlock.Tool;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Section;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a model call tools until it answers: asks it, runs the tools it calls at once, tells it what
 * came of them, and asks again. Each question and each call is a part of its own, so none is made
 * twice because of a crash.
 */
final class ToolRounds implements Conductor {
  /** What the conversation so far is called in the state and in the input of a question. */
  static final String MESSAGES = "messages";

  private static final String MODEL = "model";
  private static final String TOOLS = "tools";
  private static final String USAGE = "usage";
  private static final String CALLS = "tool_calls";

  /** What the agent itself sees to; the rest is how to ask the model. */
  private static final List<String> OWN =
      List.of("system_prompt", "prompt", MESSAGES, TOOLS, "max_steps", "name", "description");

  /** What may depend on the agent's input, which a question does not see. */
  private static final List<String> EVALUATED = List.of(MODEL, "base_url");

  private static final int MOST_MISFITS = 10;

  private final Configuration configuration;
  private final Map<String, Tool> tools = new LinkedHashMap<>();

  ToolRounds(Configuration configuration) {
    this.configuration = configuration;
    configuration.tools().forEach(tool -> tools.put(tool.name(), tool));
  }

  /** A section per tool that is a block, and one that asks the model; none without such a tool. */
  static List<Section> sections(ObjectNode data) {
    List<Section> sections = new ArrayList<>();
    if (!data.path(TOOLS).isArray()) {
      return sections;
    }
    ArrayNode told = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < data.get(TOOLS).size(); i++) {
      JsonNode tool = data.get(TOOLS).get(i);
      if (tool.hasNonNull("type") || tool.hasNonNull("design")) {
        sections.add(Section.tool(tool.path("name").asText(""), "/" + TOOLS + "/" + i));
      }
      told.add(told(tool));
    }
    if (!sections.isEmpty()) {
      sections.add(Section.made(MODEL, new Section.Made(MODEL, "agent", question(data, told))));
    }
    return sections;
  }

  private static ObjectNode told(JsonNode tool) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    for (String property : List.of("name", "description", "parameters")) {
      if (tool.has(property)) {
        told.set(property, tool.get(property));
      }
    }
    return told;
  }

  private static ObjectNode question(ObjectNode data, ArrayNode told) {
    ObjectNode question = data.deepCopy();
    question.remove(OWN);
    for (String property : EVALUATED) {
      if (isExpression(data.path(property))) {
        question.put(property, "${ ." + property + " }");
      }
    }
    question.put(MESSAGES, "${ ." + MESSAGES + " }");
    question.set(TOOLS, told);
    return question;
  }

  private static boolean isExpression(JsonNode value) {
    return value.asText("").contains("${");
  }

  /** What the tools are called and what each is, for the routes. */
  static ArrayNode named(List<Tool> tools) {
    ArrayNode named = JsonNodeFactory.instance.arrayNode();
    for (Tool tool : tools) {
      ObjectNode entry = named.addObject().put("name", tool.name());
      tool.type().ifPresent(type -> entry.put("type", type));
      tool.design().ifPresent(design -> entry.put("design", design));
    }
    return named;
  }

  @Override
  public Move next(Parts parts) {
    ArrayNode messages = parts.state().get(MESSAGES).deepCopy();
    for (int round = 1; ; round++) {
      String key = "#" + round;
      Optional<Parts.Failure> failure = parts.failure(MODEL, key);
      if (failure.isPresent()) {
        return new Move.Fail(failure.get().fault());
      }
      Optional<JsonNode> said = parts.output(MODEL, key);
      if (said.isEmpty()) {
        return Move.start(new Part(MODEL, key, asked(parts.state(), messages), round - 1));
      }
      JsonNode calls = said.get().path(CALLS);
      if (calls.isEmpty()) {
        return finish(parts, round, said.get());
      }
      if (round == configuration.maxSteps()) {
        return new Move.Fail(tooMany(calls));
      }
      ObjectNode message = said.get().deepCopy();
      message.remove(USAGE);
      messages.add(message);
      List<Part> called = answer(parts, round, calls, messages);
      if (!called.isEmpty()) {
        return new Move.Start(called);
      }
    }
  }

  private static ObjectNode asked(JsonNode state, ArrayNode messages) {
    ObjectNode asked = state.deepCopy();
    asked.set(MESSAGES, messages);
    return asked;
  }

  /** Adds what came of calls to the messages; gives those of which nothing has come yet. */
  private List<Part> answer(Parts parts, int round, JsonNode calls, ArrayNode messages) {
    List<Part> called = new ArrayList<>();
    Map<String, Integer> times = new HashMap<>();
    for (JsonNode call : calls) {
      String name = call.path("function").path("name").asText();
      int time = times.merge(name, 1, Integer::sum);
      String key = "#" + round + (time == 1 ? "" : "[" + time + "]");
      Optional<String> told = tools.containsKey(name) ? came(parts, name, key) : Optional.empty();
      if (told.isEmpty()) {
        Optional<JsonNode> arguments = arguments(call);
        told = problem(name, arguments);
        if (told.isEmpty()) {
          called.add(new Part(name, key, arguments.orElseThrow(), round - 1));
        }
      }
      ObjectNode result = messages.addObject().put("role", "tool");
      result.put("tool_call_id", call.path("id").asText()).put("name", name);
      told.ifPresent(text -> result.put("content", text));
    }
    return called;
  }

  /** What came of a call, in words for the model. */
  private static Optional<String> came(Parts parts, String tool, String key) {
    return parts
        .output(tool, key)
        .map(output -> output.isTextual() ? output.textValue() : Json.write(output))
        .or(
            () ->
                parts
                    .failure(tool, key)
                    .map(Parts.Failure::fault)
                    .map(
                        fault ->
                            "The tool failed, %s: %s".formatted(fault.code(), fault.message())));
  }

  /** The arguments of a call, when they are JSON. */
  private static Optional<JsonNode> arguments(JsonNode call) {
    String text = call.path("function").path("arguments").asText("");
    if (text.isBlank()) {
      return Optional.of(JsonNodeFactory.instance.objectNode());
    }
    try {
      return Optional.of(Json.read(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Why a tool cannot be called like that, in words for the model. */
  private Optional<String> problem(String name, Optional<JsonNode> arguments) {
    Tool tool = tools.get(name);
    if (tool == null) {
      return Optional.of(
          "There is no tool \"%s\". The tools are %s."
              .formatted(name, String.join(", ", tools.keySet())));
    }
    if (arguments.isEmpty()) {
      return Optional.of("The tool was not called: the arguments are no JSON.");
    }
    List<String> misfits =
        Shape.of(tool.schema()).misfits(arguments.get()).stream()
            .limit(MOST_MISFITS)
            .map(Shape.Misfit::toString)
            .toList();
    return misfits.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The tool was not called: the arguments do not fit its parameters: "
                + String.join("; ", misfits));
  }

  private Move finish(Parts parts, int rounds, JsonNode said) {
    long read = 0;
    long written = 0;
    int calls = 0;
    for (int round = 1; round <= rounds; round++) {
      JsonNode one = parts.output(MODEL, "#" + round).orElseThrow();
      read += one.path(USAGE).path("input_tokens").longValue();
      written += one.path(USAGE).path("output_tokens").longValue();
      calls += one.path(CALLS).size();
    }
    ObjectNode meta = said.path(USAGE).deepCopy();
    meta.put("input_tokens", read).put("output_tokens", written);
    meta.put("model_calls", rounds).put(CALLS, calls);
    String content = said.path("content").asText();
    JsonNode output =
        configuration.schema().isPresent() ? Json.trusted(content) : TextNode.valueOf(content);
    return new Move.Finish(output, Optional.of(meta));
  }

  private Fault tooMany(JsonNode calls) {
    List<String> names = new ArrayList<>();
    calls.forEach(call -> names.add(call.path("function").path("name").asText()));
    return Fault.rejected(
        "agent.too-many-steps",
        Blame.DESIGN,
        "the model was asked %d times and still calls tools, %s; raise max_steps, or tell it when to stop"
            .formatted(configuration.maxSteps(), String.join(", ", names)));
  }
}
