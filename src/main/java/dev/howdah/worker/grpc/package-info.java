/**
 * Calls services over gRPC without generated code: what they take and give is read from {@code
 * .proto} text or a descriptor set, or asked of the server, and messages are JSON by protobuf's own
 * mapping.
 *
 * <p>{@link dev.howdah.worker.grpc.GrpcCaller} is the way in, {@link
 * dev.howdah.worker.grpc.ProtoSchema} what is known of services.
 */
package dev.howdah.worker.grpc;
