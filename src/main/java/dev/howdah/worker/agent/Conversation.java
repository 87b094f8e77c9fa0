package dev.howdah.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.json.JsonInText;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One question and what it takes to get an answer as it must be: at most two turns. */
final class Conversation {
  private static final String JSON_WANTED =
      "Answer with JSON only, without a word around it, that satisfies this JSON Schema:\n";

  private final AgentCall call;
  private final Consumer<Turn> begin;
  private final Consumer<String> partial;
  private final CompletableFuture<AgentAnswer> result = new CompletableFuture<>();
  private volatile Turn current;
  private TokenUsage usage = new TokenUsage(0, 0);

  /**
   * @param begin sends a turn
   */
  Conversation(AgentCall call, Consumer<Turn> begin, Consumer<String> partial) {
    this.call = call;
    this.begin = begin;
    this.partial = partial;
    var unused = result.whenComplete((answer, failure) -> close());
  }

  AgentCall call() {
    return call;
  }

  CompletableFuture<AgentAnswer> result() {
    return result;
  }

  void fail(Throwable failure) {
    result.completeExceptionally(failure);
  }

  private void close() {
    Turn turn = current;
    if (turn != null) {
      turn.close();
    }
  }

  void start() {
    Optional<String> wanted = call.schema().map(schema -> JSON_WANTED + schema.text());
    next(call.dialogue().messages(wanted), false);
  }

  private void next(List<ChatMessage> messages, boolean last) {
    Turn turn = new Turn(messages, last);
    current = turn;
    if (!result.isDone()) {
      begin.accept(turn);
    }
  }

  /** One request and its answer. */
  final class Turn implements StreamingChatResponseHandler {
    private final List<ChatMessage> messages;
    private final boolean last;
    private volatile ModelConnection connection;

    private Turn(List<ChatMessage> messages, boolean last) {
      this.messages = messages;
      this.last = last;
    }

    AgentCall call() {
      return call;
    }

    void fail(Throwable failure) {
      Conversation.this.fail(failure);
    }

    private void close() {
      ModelConnection open = connection;
      if (open != null) {
        open.close();
      }
    }

    /** Sends the request to one of its host's addresses; returns at once. */
    void send(HttpClient http, InetAddress address, InstantSource clock) {
      ModelConnection own = new ModelConnection(http, address, call, clock, this::fail);
      connection = own;
      if (result.isDone()) {
        return;
      }
      OpenAiStreamingChatModel.builder()
          .httpClientBuilder(own)
          .baseUrl(call.url().toString())
          .apiKey(call.key().orElse(null))
          .modelName(call.model())
          .temperature(call.temperature().orElse(null))
          .maxTokens(call.maxTokens().orElse(null))
          .build()
          .chat(request(), this);
    }

    private ChatRequest request() {
      ChatRequest.Builder request = ChatRequest.builder().messages(messages);
      call.schema()
          .map(
              schema ->
                  ResponseFormat.builder()
                      .type(ResponseFormatType.JSON)
                      .jsonSchema(
                          JsonSchema.builder()
                              .name("answer")
                              .rootElement(JsonRawSchema.from(schema.text()))
                              .build())
                      .build())
          .ifPresent(request::responseFormat);
      if (!call.tools().isEmpty()) {
        request.toolSpecifications(call.tools().stream().map(AgentTool::specification).toList());
      }
      return request.build();
    }

    @Override
    public void onPartialResponse(String text) {
      partial.accept(text);
    }

    @Override
    public void onError(Throwable failure) {
      fail(AgentFaults.of(call, failure));
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      try {
        take(response);
      } catch (RuntimeException e) {
        fail(AgentFaults.of(call, e));
      }
    }

    private void take(ChatResponse response) {
      FinishReason reason = response.finishReason();
      if (reason == FinishReason.CONTENT_FILTER) {
        throw AgentFaults.filtered(call).toException();
      }
      if (reason == null && !connection.isComplete()) {
        throw AgentFaults.brokeOff(call).toException();
      }
      if (response.tokenUsage() != null) {
        usage = TokenUsage.sum(usage, response.tokenUsage());
      }
      String text = Optional.ofNullable(response.aiMessage().text()).orElse("");
      boolean calls = !call.tools().isEmpty() && response.aiMessage().hasToolExecutionRequests();
      if (text.isBlank() && !calls && call.schema().isEmpty()) {
        throw AgentFaults.empty(call).toException();
      }
      if (calls || call.schema().isEmpty()) {
        answer(TextNode.valueOf(text), response);
      } else {
        takeJson(call.schema().get(), text, response);
      }
    }

    private void takeJson(AnswerSchema schema, String text, ChatResponse response) {
      Optional<JsonNode> json = JsonInText.find(text);
      List<String> problems = json.map(schema::problems).orElse(List.of("the answer is no JSON"));
      if (problems.isEmpty()) {
        answer(json.get(), response);
      } else if (last) {
        throw (json.isEmpty()
                ? AgentFaults.notJson(call, text)
                : AgentFaults.notInSchema(call, problems))
            .toException();
      } else {
        List<ChatMessage> again = new ArrayList<>(messages);
        again.add(AiMessage.from(text.isEmpty() ? " " : text));
        again.add(
            UserMessage.from(
                "That answer cannot be used: %s. %s%s"
                    .formatted(String.join("; ", problems), JSON_WANTED, schema.text())));
        next(again, true);
      }
    }

    private void answer(JsonNode output, ChatResponse response) {
      AgentAnswer answer =
          new AgentAnswer(
              output,
              Optional.ofNullable(response.modelName()).orElse(call.model()),
              orZero(usage.inputTokenCount()),
              orZero(usage.outputTokenCount()),
              response.finishReason() == FinishReason.LENGTH);
      result.complete(
          call.tools().isEmpty()
              ? answer
              : answer.withOutput(
                  Dialogue.said(
                      output, response.aiMessage().toolExecutionRequests(), answer.meta())));
    }
  }

  private static long orZero(Integer count) {
    return count == null ? 0 : count;
  }
}
