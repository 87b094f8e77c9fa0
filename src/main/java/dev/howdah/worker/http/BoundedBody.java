package dev.howdah.worker.http;

import dev.howdah.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Collects a response body up to a limit, then cancels the rest, which closes the connection.
 * Serves one response.
 */
final class BoundedBody implements BodySubscriber<byte[]> {
  private final long limit;
  private final long declared;
  private final Optional<Fault> tooLarge;
  private final Optional<LineTap> lines;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private Flow.Subscription subscription;

  private BoundedBody(
      long limit, long declared, Optional<Fault> tooLarge, Optional<LineTap> lines) {
    this.limit = limit;
    this.declared = declared;
    this.tooLarge = tooLarge;
    this.lines = lines;
  }

  /**
   * Fails when the body is larger than the limit.
   *
   * @param declared the length that the response's head promises, or a negative number; more than
   *     the limit fails before a byte is read
   * @param tooLarge what it fails with
   * @param lines told what comes, as it comes
   */
  static BoundedBody whole(long limit, long declared, Fault tooLarge, Optional<LineTap> lines) {
    return new BoundedBody(limit, declared, Optional.of(tooLarge), lines);
  }

  /** Is content with the first bytes. */
  static BoundedBody start(long limit) {
    return new BoundedBody(limit, -1, Optional.empty(), Optional.empty());
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    if (declared > limit) {
      overflow();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      long room = limit - collected.size();
      byte[] bytes = new byte[(int) Math.min(room, buffer.remaining())];
      boolean fits = buffer.remaining() <= room;
      buffer.get(bytes);
      collected.writeBytes(bytes);
      lines.ifPresent(tap -> tap.take(bytes));
      if (!fits) {
        overflow();
        return;
      }
    }
    subscription.request(1);
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    lines.ifPresent(LineTap::end);
    body.complete(collected.toByteArray());
  }

  private void overflow() {
    subscription.cancel();
    if (tooLarge.isPresent()) {
      body.completeExceptionally(tooLarge.get().toException());
    } else {
      body.complete(collected.toByteArray());
    }
  }
}
