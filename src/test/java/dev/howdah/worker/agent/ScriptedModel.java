package dev.howdah.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.design.Document;
import dev.howdah.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A server that speaks the chat-completions protocol of OpenAI and answers from a script: the first
 * rule that a question fits tells the answer. The same questions always get the same answers.
 */
public final class ScriptedModel implements AutoCloseable {
  /** Connections that may wait to be accepted; what comes above that is asked again in seconds. */
  private static final int BACKLOG = 1_000;

  /** A question as it came. */
  public record Question(JsonNode body, Map<String, String> headers) {
    /** All that the messages say, one after the other. */
    public String text() {
      List<String> texts = new ArrayList<>();
      body.path("messages").forEach(message -> texts.add(message.path("content").asText()));
      return String.join("\n", texts);
    }

    /** What the last message says. */
    public String last() {
      JsonNode messages = body.path("messages");
      return messages.path(messages.size() - 1).path("content").asText();
    }
  }

  /**
   * A call of a tool.
   *
   * @param arguments as text, which should be JSON
   */
  public record Call(String name, String arguments) {}

  /** How a question is answered. */
  @FunctionalInterface
  public interface Reply {
    void to(Question question, Wire wire) throws IOException;
  }

  /** Where an answer goes. */
  public static final class Wire {
    private final HttpExchange exchange;
    private final Question question;

    private Wire(HttpExchange exchange, Question question) {
      this.exchange = exchange;
      this.question = question;
    }

    /** A whole answer other than a completion. */
    public void refuse(int status, Map<String, String> headers, String body) throws IOException {
      headers.forEach(exchange.getResponseHeaders()::add);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    /** Begins a stream. */
    public OutputStream open() throws IOException {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      return exchange.getResponseBody();
    }

    /** One event of a stream. */
    public void event(OutputStream out, String data) throws IOException {
      out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** A piece of an answer. */
    public String chunk(String text, String finish) {
      ObjectNode chunk = Json.MAPPER.createObjectNode();
      chunk.put("id", "chatcmpl-1").put("object", "chat.completion.chunk").put("created", 0);
      chunk.put("model", model());
      ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
      ObjectNode delta = choice.putObject("delta");
      if (text != null) {
        delta.put("role", "assistant").put("content", text);
      }
      choice.put("finish_reason", finish);
      return Json.write(chunk);
    }

    private String model() {
      return question.body().path("model").asText("scripted");
    }

    /** A completion, streamed word by word when the question asks for a stream. */
    public void complete(String text, String finish) throws IOException {
      int asked = words(question.text());
      ObjectNode usage = Json.MAPPER.createObjectNode();
      usage.put("prompt_tokens", asked).put("completion_tokens", words(text));
      usage.put("total_tokens", asked + words(text));
      if (!question.body().path("stream").asBoolean()) {
        ObjectNode whole = Json.MAPPER.createObjectNode();
        whole.put("id", "chatcmpl-1").put("object", "chat.completion").put("created", 0);
        whole.put("model", model()).set("usage", usage);
        ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", text);
        choice.put("finish_reason", finish);
        refuse(200, Map.of(), Json.write(whole));
        return;
      }
      try (OutputStream out = open()) {
        for (String word : text.split("(?<=\\s)")) {
          event(out, chunk(word, null));
        }
        event(out, chunk(null, finish));
        if (question.body().path("stream_options").path("include_usage").asBoolean()) {
          ObjectNode last = (ObjectNode) Json.read(chunk(null, null));
          last.set("usage", usage);
          last.putArray("choices");
          event(out, Json.write(last));
        }
        event(out, "[DONE]");
      }
    }

    /** Calls of tools, streamed, their arguments in two pieces. */
    public void call(List<Call> calls) throws IOException {
      try (OutputStream out = open()) {
        for (int i = 0; i < calls.size(); i++) {
          String arguments = calls.get(i).arguments();
          int half = arguments.length() / 2;
          event(out, chunk(i, calls.get(i), arguments.substring(0, half)));
          event(out, chunk(i, null, arguments.substring(half)));
        }
        event(out, chunk(null, "tool_calls"));
        ObjectNode last = (ObjectNode) Json.read(chunk(null, null));
        int asked = words(question.text());
        last.putObject("usage").put("prompt_tokens", asked).put("completion_tokens", calls.size());
        last.withObject("/usage").put("total_tokens", asked + calls.size());
        last.putArray("choices");
        event(out, Json.write(last));
        event(out, "[DONE]");
      }
    }

    /**
     * @param first null for a further piece
     */
    private String chunk(int index, Call first, String arguments) throws IOException {
      ObjectNode chunk = (ObjectNode) Json.read(chunk(null, null));
      ObjectNode delta = (ObjectNode) chunk.path("choices").path(0).path("delta");
      ObjectNode call = delta.putArray("tool_calls").addObject().put("index", index);
      ObjectNode function = call.putObject("function");
      if (first != null) {
        call.put("id", "call_" + first.name() + index).put("type", "function");
        function.put("name", first.name());
      }
      function.put("arguments", arguments);
      return Json.write(chunk);
    }

    private static int words(String text) {
      return text.isBlank() ? 0 : text.strip().split("\\s+").length;
    }
  }

  private record Rule(Predicate<Question> fits, AtomicInteger times, Reply reply) {
    boolean takes(Question question) {
      return fits.test(question) && times.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
  }

  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<Question> questions = new CopyOnWriteArrayList<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "scripted-model");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;

  private ScriptedModel(int port) throws IOException {
    server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::handle);
    server.start();
  }

  /** Starts a server without rules on a free port. */
  public static ScriptedModel start() throws IOException {
    return new ScriptedModel(0);
  }

  /** The base address for agents. */
  public URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/v1");
  }

  /** Every question so far. */
  public List<Question> questions() {
    return List.copyOf(questions);
  }

  /** Answers what fits with a text. */
  public ScriptedModel on(Predicate<Question> fits, Function<Question, String> answer) {
    return on(fits, Integer.MAX_VALUE, text(answer));
  }

  /** Answers what contains all these texts. */
  public ScriptedModel on(List<String> texts, String answer) {
    return on(q -> texts.stream().allMatch(q.text()::contains), q -> answer);
  }

  /** Answers what fits, so many times; then the rule is spent. */
  public ScriptedModel on(Predicate<Question> fits, int times, Reply reply) {
    rules.add(new Rule(fits, new AtomicInteger(times), reply));
    return this;
  }

  /** A reply that is a text. */
  public static Reply text(Function<Question, String> answer) {
    return (question, wire) -> wire.complete(answer.apply(question), "stop");
  }

  /** A reply that calls tools; names and arguments by turns. */
  public static Reply calls(String... namesAndArguments) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < namesAndArguments.length; i += 2) {
      calls.add(new Call(namesAndArguments[i], namesAndArguments[i + 1]));
    }
    return (question, wire) -> wire.call(calls);
  }

  /** A reply that is a refusal in the form of the protocol. */
  public static Reply refusal(int status, String code, String message, String... headers) {
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error").put("message", message).put("code", code);
    return (question, wire) -> wire.refuse(status, all, Json.write(body));
  }

  /**
   * Adds the rules of a script: a YAML list of {@code {contains: [texts], answer: text or JSON}},
   * or with {@code calls: {tool: arguments}} instead of an answer, the first that fits being the
   * one.
   */
  public ScriptedModel script(Path file) throws IOException {
    for (JsonNode rule : Document.parse(file.toString(), Files.readString(file)).root()) {
      List<String> texts = new ArrayList<>();
      rule.path("contains").forEach(text -> texts.add(text.asText()));
      if (rule.has("calls")) {
        List<Call> calls = new ArrayList<>();
        rule.get("calls")
            .properties()
            .forEach(e -> calls.add(new Call(e.getKey(), Json.write(e.getValue()))));
        on(
            q -> texts.stream().allMatch(q.text()::contains),
            Integer.MAX_VALUE,
            (question, wire) -> wire.call(calls));
        continue;
      }
      JsonNode answer = rule.path("answer");
      on(texts, answer.isTextual() ? answer.textValue() : Json.write(answer));
    }
    return this;
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
      JsonNode body = Json.MAPPER.readTree(exchange.getRequestBody());
      Question question = new Question(body, headers);
      questions.add(question);
      for (Rule rule : rules) {
        if (rule.takes(question)) {
          rule.reply().to(question, new Wire(exchange, question));
          return;
        }
      }
      ArrayNode messages = (ArrayNode) body.path("messages");
      refusal(400, "no_rule", "no rule of the script fits " + messages)
          .to(question, new Wire(exchange, question));
    } catch (IOException e) {
      // The caller has gone, which some tests are about.
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /**
   * Serves a script until it is stopped.
   *
   * @param args the port, and the file of the script; 9998 and that of the example designs if left
   *     out
   */
  public static void main(String[] args) throws IOException {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 9998;
    Path script = Path.of(args.length > 1 ? args[1] : "src/test/resources/models/examples.yaml");
    ScriptedModel model = new ScriptedModel(port).script(script);
    System.out.println("A scripted model answers at " + model.url());
  }
}
