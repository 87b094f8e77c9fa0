package dev.howdah.worker.agent;

import dev.howdah.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads a body of server-sent events as it comes and gives the data of each event. Comments, ids
 * and names of events are passed over; several lines of data are joined as the standard says.
 */
final class EventLines implements BodySubscriber<Void> {
  private final Consumer<String> events;
  private final long limit;
  private final Supplier<Fault> tooLarge;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private boolean hasData;
  private long bytes;
  private Flow.Subscription subscription;

  /**
   * @param events told the data of each event, in order, one at a time
   * @param limit the most bytes to take
   * @param tooLarge what more of them fail with
   */
  EventLines(Consumer<String> events, long limit, Supplier<Fault> tooLarge) {
    this.events = events;
    this.limit = limit;
    this.tooLarge = tooLarge;
  }

  @Override
  public CompletionStage<Void> getBody() {
    return done;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    try {
      for (ByteBuffer buffer : buffers) {
        bytes += buffer.remaining();
        if (bytes > limit) {
          throw tooLarge.get().toException();
        }
        while (buffer.hasRemaining()) {
          take(buffer.get());
        }
      }
    } catch (RuntimeException e) {
      subscription.cancel();
      done.completeExceptionally(e);
      return;
    }
    subscription.request(1);
  }

  private void take(byte octet) {
    if (octet == '\n') {
      endLine();
    } else {
      line.write(octet);
    }
  }

  private void endLine() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (text.endsWith("\r")) {
      text = text.substring(0, text.length() - 1);
    }
    if (text.isEmpty()) {
      endEvent();
    } else if (text.startsWith("data:")) {
      data.append(hasData ? "\n" : "").append(text.substring(text.startsWith("data: ") ? 6 : 5));
      hasData = true;
    }
  }

  private void endEvent() {
    if (hasData) {
      String event = data.toString();
      data.setLength(0);
      hasData = false;
      events.accept(event);
    }
  }

  @Override
  public void onError(Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    try {
      endLine();
      endEvent();
      done.complete(null);
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
    }
  }
}
