package dev.howdah.api;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Collects a request's body up to a size, on the event loop. */
final class BodyReader {
  /** A caller who goes on sending this much after a refusal is hung up on. */
  private static final long PATIENCE = 64L << 20;

  private final HttpServerRequest request;
  private final long most;
  private final Consumer<Buffer> then;
  private Buffer body = Buffer.buffer();
  private long received;
  private boolean refused;
  private boolean grown;

  private BodyReader(HttpServerRequest request, long most, Consumer<Buffer> then) {
    this.request = request;
    this.most = most;
    this.then = then;
  }

  /**
   * Reads the body; answers 413 by itself when it is too large.
   *
   * @param then gets the body once, unless the caller goes away or is refused
   */
  static void read(HttpServerRequest request, long most, Consumer<Buffer> then) {
    new BodyReader(request, most, then).start();
  }

  private void start() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && isLarger(length)) {
      refuse();
    } else if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
      request.response().writeContinue();
    }
    request.handler(this::take);
    request.endHandler(
        end -> {
          if (!refused) {
            finish();
          }
        });
  }

  private void finish() {
    try {
      then.accept(body);
    } catch (RuntimeException e) {
      Failures.answer(e).send(request.response());
    }
  }

  private boolean isLarger(String length) {
    try {
      return Long.parseLong(length.strip()) > most;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void take(Buffer chunk) {
    received += chunk.length();
    if (!refused && received > most) {
      refuse();
    }
    if (!refused) {
      append(chunk);
    } else if (received > most + PATIENCE) {
      request.response().reset();
    }
  }

  /** Most bodies are one chunk, which is then used as it is. */
  private void append(Buffer chunk) {
    if (received == chunk.length()) {
      body = chunk;
      return;
    }
    if (!grown) {
      body = Buffer.buffer(body.length() + chunk.length()).appendBuffer(body);
      grown = true;
    }
    body.appendBuffer(chunk);
  }

  private void refuse() {
    refused = true;
    body = Buffer.buffer();
    ApiAnswer.problem(
            413,
            Fault.rejected(
                "request.too-large",
                Blame.CALLER,
                "the body is larger than %d bytes, the most taken here".formatted(most)))
        .send(request.response());
  }
}
