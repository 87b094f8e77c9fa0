package dev.howdah.worker.agent;

import dev.howdah.fault.Fault;
import dev.howdah.worker.HeaderText;
import dev.howdah.worker.PinnedHttp;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.langchain4j.http.client.sse.ServerSentEventParsingHandle;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The HTTP exchange of one call, as LangChain4j sees it. No thread waits in it, and it can be
 * closed at any time, also before the first token.
 *
 * <p>LangChain4j's own client holds a thread for each stream, and forgets the headers of a refusal,
 * {@code Retry-After} among them.
 */
final class ModelConnection implements HttpClient, HttpClientBuilder {
  private static final long MOST_BYTES = 32L * 1024 * 1024;

  private final java.net.http.HttpClient http;
  private final InetAddress address;
  private final AgentCall call;
  private final InstantSource clock;
  private final Consumer<Throwable> failed;
  private volatile CompletableFuture<?> exchange;
  private volatile boolean closed;
  private volatile boolean complete;

  /**
   * @param http of {@link PinnedHttp}
   * @param address where the request goes, one of its host's
   * @param failed told why it failed, before LangChain4j is, with a fault or a cancellation
   */
  ModelConnection(
      java.net.http.HttpClient http,
      InetAddress address,
      AgentCall call,
      InstantSource clock,
      Consumer<Throwable> failed) {
    this.http = http;
    this.address = address;
    this.call = call;
    this.clock = clock;
    this.failed = failed;
  }

  /** Whether the stream came to its own end rather than to that of its connection. */
  boolean isComplete() {
    return complete;
  }

  /** Closes the connection. */
  void close() {
    closed = true;
    CompletableFuture<?> underway = exchange;
    if (underway != null) {
      underway.cancel(true);
    }
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    ServerSentEventContext context = new ServerSentEventContext(new Handle());
    CompletableFuture<java.net.http.HttpResponse<Void>> sent =
        http.sendAsync(translated(request), info -> body(info, listener, context));
    exchange = sent;
    if (closed) {
      close();
    }
    var unused =
        sent.whenComplete(
            (response, failure) -> {
              if (failure != null) {
                Throwable fault = AgentFaults.of(call, failure);
                failed.accept(fault);
                listener.onError(fault);
              } else {
                listener.onClose();
              }
            });
  }

  private java.net.http.HttpRequest translated(HttpRequest request) {
    java.net.http.HttpRequest.Builder builder =
        PinnedHttp.request(URI.create(request.url()), address);
    request.headers().forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
    builder.setHeader("Idempotency-Key", HeaderText.of(call.idempotencyKey()));
    builder.setHeader("User-Agent", "howdah");
    builder.setHeader("Accept", "text/event-stream");
    return builder.method(request.method().name(), BodyPublishers.ofString(request.body())).build();
  }

  private BodySubscriber<Void> body(
      ResponseInfo info, ServerSentEventListener listener, ServerSentEventContext context) {
    if (info.statusCode() / 100 != 2) {
      return BodySubscribers.mapping(
          BodySubscribers.ofString(StandardCharsets.UTF_8),
          text -> {
            throw AgentFaults.status(call, info.statusCode(), info.headers(), text, clock)
                .toException();
          });
    }
    listener.onOpen(
        SuccessfulHttpResponse.builder()
            .statusCode(info.statusCode())
            .headers(info.headers().map())
            .build());
    return new EventLines(
        data -> event(data, listener, context),
        MOST_BYTES,
        () -> AgentFaults.tooLarge(call, MOST_BYTES));
  }

  private void event(
      String data, ServerSentEventListener listener, ServerSentEventContext context) {
    if (data.equals("[DONE]")) {
      complete = true;
    } else if (data.startsWith("{\"error\"")) {
      Fault fault = AgentFaults.inStream(call, data);
      throw fault.toException();
    }
    listener.onEvent(new ServerSentEvent(null, data), context);
  }

  private final class Handle implements ServerSentEventParsingHandle {
    @Override
    public void cancel() {
      close();
    }

    @Override
    public boolean isCancelled() {
      return closed;
    }
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    throw new UnsupportedOperationException("answers are streamed");
  }

  @Override
  public Duration connectTimeout() {
    return null;
  }

  @Override
  public HttpClientBuilder connectTimeout(Duration timeout) {
    return this;
  }

  @Override
  public Duration readTimeout() {
    return null;
  }

  @Override
  public HttpClientBuilder readTimeout(Duration timeout) {
    return this;
  }

  @Override
  public HttpClient build() {
    return this;
  }
}
