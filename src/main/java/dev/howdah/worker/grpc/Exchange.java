package dev.howdah.worker.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.DynamicMessage;
import dev.howdah.fault.FaultException;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** One call on its way: what the service is, how the server is, the call itself. */
final class Exchange {
  /** Who says so has nothing against being called. */
  private static final Set<Status.Code> NO_HEALTH =
      EnumSet.of(Status.Code.UNIMPLEMENTED, Status.Code.NOT_FOUND);

  private static final int HEALTH_BYTES = 4096;

  private final GrpcCall call;
  private final Channels.Lease lease;
  private final LongSupplier nanos;
  private final CallOptions options;
  private final Context.CancellableContext context = Context.ROOT.withCancellation();
  private final CompletableFuture<JsonNode> result = new CompletableFuture<>();

  /**
   * @param lease released when the call has come to an end
   */
  Exchange(GrpcCall call, Channels.Lease lease, LongSupplier nanos) {
    this.call = call;
    this.lease = lease;
    this.nanos = nanos;
    this.options =
        CallOptions.DEFAULT.withDeadline(
            Deadline.after(call.timeout().toNanos(), TimeUnit.NANOSECONDS));
    // However the result comes about, whoever is still asked has to stop.
    var unused =
        result.whenComplete(
            (answer, failure) -> {
              context.cancel(null);
              lease.release();
            });
  }

  /** What the call comes to; completing it in any way, or cancelling it, ends the call. */
  CompletableFuture<JsonNode> result() {
    return result;
  }

  /** Ends the call because nobody serves it any more. */
  void close() {
    result.completeExceptionally(GrpcFaults.closed(call.label()));
  }

  void start() {
    CompletableFuture<JsonNode> steps;
    try {
      steps =
          schema()
              .thenCompose(
                  schema -> {
                    GrpcMethod method = schema.method(call.method());
                    DynamicMessage request = method.request(call.request());
                    return healthy()
                        .thenCompose(healthy -> send(method, request))
                        .thenApply(messages -> json(method, messages));
                  });
    } catch (RuntimeException e) {
      steps = CompletableFuture.failedFuture(e);
    }
    var unused = steps.whenComplete(this::settle);
  }

  private CompletableFuture<ProtoSchema> schema() {
    if (call.schema().isPresent()) {
      return CompletableFuture.completedFuture(call.schema().get());
    }
    return lease
        .told()
        .find(call.service(), nanos.getAsLong())
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                asked(() -> Reflection.ask(call, lease.channel(), options))
                    .thenApply(
                        schema -> {
                          lease.told().remember(call.service(), schema, nanos.getAsLong());
                          return schema;
                        }));
  }

  private CompletableFuture<Void> healthy() {
    if (call.health() == GrpcCall.Health.OFF) {
      return CompletableFuture.completedFuture(null);
    }
    String whose = call.health() == GrpcCall.Health.SERVICE ? call.service() : "";
    HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(whose).build();
    return asked(
            () ->
                Reply.to(
                    request,
                    lease.channel(),
                    HealthGrpc.getCheckMethod(),
                    options,
                    call.headers(),
                    HEALTH_BYTES,
                    GrpcFaults.tooLarge(call.label(), HEALTH_BYTES)))
        .handle(
            (answers, failure) -> {
              if (failure == null) {
                check(answers);
              } else if (!(Causes.of(failure) instanceof StatusRuntimeException status)
                  || !NO_HEALTH.contains(status.getStatus().getCode())) {
                throw new java.util.concurrent.CompletionException(Causes.of(failure));
              }
              return null;
            });
  }

  private void check(List<HealthCheckResponse> answers) {
    ServingStatus status = answers.isEmpty() ? ServingStatus.UNKNOWN : answers.get(0).getStatus();
    if (status != ServingStatus.SERVING) {
      throw GrpcFaults.notServing(call.label(), status.name());
    }
  }

  private CompletableFuture<List<DynamicMessage>> send(GrpcMethod method, DynamicMessage request) {
    return asked(
        () ->
            Reply.to(
                request,
                lease.channel(),
                method.call(),
                options,
                call.headers(),
                call.maxResponse(),
                GrpcFaults.tooLarge(call.label(), call.maxResponse())));
  }

  /** Calls end with the context they are begun in. */
  private <T> CompletableFuture<T> asked(Supplier<CompletableFuture<T>> question) {
    Context before = context.attach();
    try {
      return question.get();
    } finally {
      context.detach(before);
    }
  }

  private JsonNode json(GrpcMethod method, List<DynamicMessage> messages) {
    if (method.isStreaming()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode(messages.size());
      messages.forEach(message -> list.add(method.response(message)));
      return list;
    }
    if (messages.size() != 1) {
      throw Status.INTERNAL
          .withDescription("the server sent %d responses instead of one".formatted(messages.size()))
          .asRuntimeException();
    }
    return method.response(messages.get(0));
  }

  private void settle(JsonNode answer, Throwable failure) {
    if (failure == null) {
      result.complete(answer);
      return;
    }
    Throwable cause = Causes.of(failure);
    if (cause instanceof StatusRuntimeException status) {
      if (status.getStatus().getCode() == Status.Code.UNAVAILABLE
          && lease.channel().getState(false) != ConnectivityState.READY) {
        // Not the server has said so. The channel would refuse all calls until it tries to
        // connect again, which may take minutes.
        lease.discard();
      }
      cause = GrpcFaults.of(call, status.getStatus(), status.getTrailers());
    }
    result.completeExceptionally(
        cause instanceof FaultException || cause instanceof Error ? cause : failure);
  }
}
