package dev.howdah.worker.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.howdah.fault.FaultException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a server what a service is, by {@code grpc.reflection}: first for the file that has it, then
 * for each file that this imports, one after another on one stream.
 */
final class Reflection extends ClientCall.Listener<ServerReflectionResponse> {
  /** Both versions say the same things in the same numbers. */
  private static final String V1 = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

  private static final String V1_ALPHA =
      "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

  private static final int MOST_FILES = 500;

  private final GrpcCall asker;
  private final ClientCall<ServerReflectionRequest, ServerReflectionResponse> call;
  private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();
  private final CompletableFuture<ProtoSchema> schema = new CompletableFuture<>();

  private Reflection(
      GrpcCall asker, ClientCall<ServerReflectionRequest, ServerReflectionResponse> call) {
    this.asker = asker;
    this.call = call;
  }

  /**
   * Asks for the service of a call, by version 1 and, if the server does not know that, v1alpha.
   *
   * @return the service; completed exceptionally with a {@link StatusRuntimeException} or with
   *     {@code grpc.no-reflection}, {@code grpc.unknown-method}, {@code grpc.invalid-proto}
   */
  static CompletableFuture<ProtoSchema> ask(GrpcCall asker, Channel channel, CallOptions options) {
    return ask(V1, asker, channel, options)
        .exceptionallyCompose(
            failure ->
                isUnimplemented(failure)
                    ? ask(V1_ALPHA, asker, channel, options)
                    : CompletableFuture.failedFuture(failure))
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    isUnimplemented(failure) ? GrpcFaults.noReflection(asker.label()) : failure));
  }

  private static boolean isUnimplemented(Throwable failure) {
    Throwable cause = Causes.of(failure);
    return cause instanceof StatusRuntimeException status
        && status.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
  }

  private static CompletableFuture<ProtoSchema> ask(
      String version, GrpcCall asker, Channel channel, CallOptions options) {
    Reflection reflection = new Reflection(asker, channel.newCall(method(version), options));
    reflection.call.start(reflection, asker.headers());
    reflection.send(
        ServerReflectionRequest.newBuilder().setFileContainingSymbol(asker.service()).build());
    return reflection.schema;
  }

  private static MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method(
      String name) {
    return MethodDescriptor.<ServerReflectionRequest, ServerReflectionResponse>newBuilder()
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(name)
        .setRequestMarshaller(ProtoUtils.marshaller(ServerReflectionRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(ServerReflectionResponse.getDefaultInstance()))
        .build();
  }

  private void send(ServerReflectionRequest request) {
    call.request(1);
    call.sendMessage(request);
  }

  @Override
  public void onMessage(ServerReflectionResponse response) {
    try {
      if (response.hasErrorResponse()) {
        throw GrpcFaults.unknownMethod(
            asker.method(), "the server says: " + response.getErrorResponse().getErrorMessage());
      }
      for (ByteString file : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
        FileDescriptorProto proto = FileDescriptorProto.parseFrom(file);
        files.put(proto.getName(), proto);
      }
      Optional<String> missing = missing();
      if (missing.isEmpty()) {
        call.halfClose();
        schema.complete(ProtoSchema.of(asker.label(), files.values()));
      } else if (asked.add(missing.get()) && asked.size() < MOST_FILES) {
        send(ServerReflectionRequest.newBuilder().setFileByFilename(missing.get()).build());
      } else {
        throw GrpcFaults.invalidProto(
            asker.label(), "the server does not give " + missing.get() + ", which it imports");
      }
    } catch (FaultException e) {
      end(e);
    } catch (InvalidProtocolBufferException e) {
      end(GrpcFaults.invalidProto(asker.label(), "the server gives what is no descriptor"));
    }
  }

  private void end(FaultException fault) {
    schema.completeExceptionally(fault);
    call.cancel("what the server says is of no use", null);
  }

  private Optional<String> missing() {
    return files.values().stream()
        .flatMap(file -> file.getDependencyList().stream())
        .filter(name -> !files.containsKey(name) && !ProtoSchema.isBuiltIn(name))
        .findFirst();
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    Status why =
        status.isOk()
            ? Status.UNAVAILABLE.withDescription("the server broke off its answer")
            : status;
    schema.completeExceptionally(why.asRuntimeException(trailers));
  }
}
