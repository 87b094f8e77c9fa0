package dev.howdah.worker.grpc;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Gathers what a server answers to one request. Each message is asked for when the one before has
 * come, so no more than one is on its way.
 *
 * @param <T> what the messages are
 */
final class Reply<T extends Message> extends ClientCall.Listener<T> {
  private final ClientCall<?, T> call;
  private final long mostBytes;
  private final RuntimeException tooLarge;
  private final List<T> messages = new ArrayList<>();
  private final CompletableFuture<List<T>> all = new CompletableFuture<>();
  private long bytes;

  private Reply(ClientCall<?, T> call, long mostBytes, RuntimeException tooLarge) {
    this.call = call;
    this.mostBytes = mostBytes;
    this.tooLarge = tooLarge;
  }

  /**
   * Sends a request.
   *
   * @param tooLarge what it ends with when the messages have more bytes together
   * @return all messages; completed exceptionally with a {@link io.grpc.StatusRuntimeException}
   */
  static <Q, T extends Message> CompletableFuture<List<T>> to(
      Q request,
      Channel channel,
      MethodDescriptor<Q, T> method,
      CallOptions options,
      Metadata headers,
      long mostBytes,
      RuntimeException tooLarge) {
    int mostOfOne = (int) Math.min(mostBytes, Integer.MAX_VALUE);
    ClientCall<Q, T> call = channel.newCall(method, options.withMaxInboundMessageSize(mostOfOne));
    Reply<T> reply = new Reply<>(call, mostBytes, tooLarge);
    call.start(reply, headers);
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
    return reply.all;
  }

  @Override
  public void onMessage(T message) {
    bytes += message.getSerializedSize();
    if (bytes > mostBytes) {
      all.completeExceptionally(tooLarge);
      call.cancel("the response is too large", null);
      return;
    }
    messages.add(message);
    call.request(1);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (status.isOk()) {
      all.complete(List.copyOf(messages));
    } else {
      all.completeExceptionally(status.asRuntimeException(trailers));
    }
  }
}
