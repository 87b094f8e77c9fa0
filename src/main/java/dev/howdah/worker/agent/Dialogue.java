package dev.howdah.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was said so far, the last of it being what a model is to answer. As JSON it is a list of
 * messages as the chat-completions protocol writes them: {@code {role, content}}, with {@code
 * tool_calls} of an assistant and {@code tool_call_id} of a tool. Immutable.
 */
public final class Dialogue {
  private final List<ChatMessage> messages;

  private Dialogue(List<ChatMessage> messages) {
    this.messages = List.copyOf(messages);
  }

  /** One question, as {@link #read} reads it. */
  public static ArrayNode write(Optional<String> systemPrompt, String prompt) {
    ArrayNode written = JsonNodeFactory.instance.arrayNode();
    systemPrompt.ifPresent(text -> written.addObject().put("role", "system").put("content", text));
    written.addObject().put("role", "user").put("content", prompt);
    return written;
  }

  /**
   * Reads messages as the protocol writes them.
   *
   * @throws FaultException {@code agent.invalid-messages} with the first that is none
   */
  public static Dialogue read(JsonNode written) {
    if (!written.isArray() || written.isEmpty()) {
      throw invalid("the messages are no list of at least one message");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      messages.add(message(i, written.get(i)));
    }
    return new Dialogue(messages);
  }

  private static ChatMessage message(int index, JsonNode message) {
    JsonNode content = message.path("content");
    if (!content.isTextual() && !content.isNull() && !content.isMissingNode()) {
      throw invalid("the content of message %d is no text".formatted(index + 1));
    }
    String text = content.asText("");
    return switch (message.path("role").asText()) {
      case "system" -> system(index, text);
      case "user" -> UserMessage.from(text);
      case "assistant" -> assistant(text, message.path("tool_calls"));
      case "tool" ->
          ToolExecutionResultMessage.from(
              message.path("tool_call_id").asText(), message.path("name").asText(), text);
      default ->
          throw invalid(
              "message %d has none of the roles system, user, assistant and tool"
                  .formatted(index + 1));
    };
  }

  private static ChatMessage system(int index, String text) {
    if (text.isBlank()) {
      throw invalid("message %d, of the system, says nothing".formatted(index + 1));
    }
    return SystemMessage.from(text);
  }

  private static ChatMessage assistant(String text, JsonNode calls) {
    List<ToolExecutionRequest> requests = new ArrayList<>();
    calls.forEach(call -> requests.add(call(call)));
    return requests.isEmpty() ? AiMessage.from(text) : AiMessage.from(text, requests);
  }

  private static ToolExecutionRequest call(JsonNode call) {
    return ToolExecutionRequest.builder()
        .id(call.path("id").asText())
        .name(call.path("function").path("name").asText())
        .arguments(call.path("function").path("arguments").asText())
        .build();
  }

  private static FaultException invalid(String message) {
    return Fault.rejected(
            "agent.invalid-messages",
            Blame.DESIGN,
            message + "; write them as [{role: user, content: …}, …]")
        .toException();
  }

  /** What an assistant says, as the protocol writes it, and what saying it has used. */
  static ObjectNode said(JsonNode content, List<ToolExecutionRequest> calls, JsonNode usage) {
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    said.put("role", "assistant");
    said.put("content", content.isTextual() ? content.textValue() : Json.write(content));
    if (!calls.isEmpty()) {
      ArrayNode list = said.putArray("tool_calls");
      for (ToolExecutionRequest call : calls) {
        // Some models give their calls no ids, and only answers with one are understood.
        boolean nameless = call.id() == null || call.id().isBlank();
        ObjectNode entry = list.addObject();
        entry.put("id", nameless ? "call-" + list.size() : call.id());
        entry.put("type", "function");
        entry.putObject("function").put("name", call.name()).put("arguments", call.arguments());
      }
    }
    said.set("usage", usage);
    return said;
  }

  /** All messages, the first of the system saying this as well. */
  List<ChatMessage> messages(Optional<String> alsoSystem) {
    if (alsoSystem.isEmpty()) {
      return messages;
    }
    List<ChatMessage> all = new ArrayList<>(messages);
    if (all.get(0) instanceof SystemMessage first) {
      all.set(0, SystemMessage.from(first.text() + "\n\n" + alsoSystem.get()));
    } else {
      all.add(0, SystemMessage.from(alsoSystem.get()));
    }
    return all;
  }
}
