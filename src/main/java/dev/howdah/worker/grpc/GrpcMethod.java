package dev.howdah.worker.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.howdah.json.Json;
import io.grpc.protobuf.ProtoUtils;

/** A method that can be called: one message in, one or a stream of them out. Immutable. */
public final class GrpcMethod {
  private final String name;
  private final MethodDescriptor descriptor;
  private final JsonFormat.Parser parser;
  private final JsonFormat.Printer printer;
  private final io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> call;

  GrpcMethod(String name, MethodDescriptor descriptor, JsonFormat.TypeRegistry types) {
    this.name = name;
    this.descriptor = descriptor;
    this.parser = JsonFormat.parser().usingTypeRegistry(types);
    // What is false or 0 is there to be asked for, although nothing of it is sent.
    this.printer =
        JsonFormat.printer()
            .usingTypeRegistry(types)
            .alwaysPrintFieldsWithNoPresence()
            .omittingInsignificantWhitespace();
    this.call =
        io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(
                descriptor.isServerStreaming()
                    ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                    : io.grpc.MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(name)
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(descriptor.getInputType())))
            .setResponseMarshaller(
                ProtoUtils.marshaller(
                    DynamicMessage.getDefaultInstance(descriptor.getOutputType())))
            .build();
  }

  /** As in {@code package.Service/Method}. */
  public String name() {
    return name;
  }

  /** Whether the answer is a list. */
  public boolean isStreaming() {
    return descriptor.isServerStreaming();
  }

  /**
   * A request from JSON, by protobuf's mapping; null is an empty message.
   *
   * @throws dev.howdah.fault.FaultException {@code grpc.invalid-request} when it does not fit
   */
  public DynamicMessage request(JsonNode json) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(descriptor.getInputType());
    if (!json.isNull()) {
      try {
        parser.merge(Json.write(json), message);
      } catch (InvalidProtocolBufferException e) {
        throw GrpcFaults.invalidRequest(
            name, descriptor.getInputType().getFullName(), String.valueOf(e.getMessage()));
      }
    }
    return message.build();
  }

  /** A response as JSON, by protobuf's mapping; fields that have no value have their default. */
  JsonNode response(DynamicMessage message) {
    try {
      return Json.read(printer.print(message));
    } catch (InvalidProtocolBufferException | JsonProcessingException e) {
      throw GrpcFaults.invalidResponse(name, String.valueOf(e.getMessage()));
    }
  }

  /** The method as gRPC knows it. */
  io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> call() {
    return call;
  }
}
