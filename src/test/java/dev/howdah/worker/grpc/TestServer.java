package dev.howdah.worker.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.howdah.json.Json;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A real server whose services are made of descriptors, as those of the caller are. */
public final class TestServer implements AutoCloseable {
  private final Server server;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final Map<String, Runnable> hanging = new ConcurrentHashMap<>();
  private final Set<String> givenUp = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private volatile boolean released;
  private final Queue<String> called = new ConcurrentLinkedQueue<>();
  private final Queue<Metadata> received = new ConcurrentLinkedQueue<>();

  private TestServer(NettyServerBuilder builder, List<ServerServiceDefinition> services)
      throws IOException {
    services.forEach(builder::addService);
    server =
        builder
            .addTransportFilter(
                new ServerTransportFilter() {
                  @Override
                  public Attributes transportReady(Attributes attributes) {
                    connections.incrementAndGet();
                    return attributes;
                  }
                })
            .intercept(
                new ServerInterceptor() {
                  @Override
                  public <Q, R> ServerCall.Listener<Q> interceptCall(
                      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                    called.add(call.getMethodDescriptor().getFullMethodName());
                    received.add(headers);
                    return next.startCall(call, headers);
                  }
                })
            .build()
            .start();
  }

  private static NettyServerBuilder local(int port) {
    return NettyServerBuilder.forAddress(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** A service of one method, which answers JSON with JSON. */
  public static TestServer answering(
      String protoName, byte[] proto, String method, UnaryOperator<JsonNode> answer)
      throws IOException {
    GrpcMethod known = ProtoSchema.read(protoName, proto, name -> Optional.empty()).method(method);
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(method.substring(0, method.indexOf('/')))
            .addMethod(
                known.call(),
                ServerCalls.asyncUnaryCall(
                    (request, observer) -> {
                      observer.onNext(message(known.call(), answer.apply(known.response(request))));
                      observer.onCompleted();
                    }))
            .build();
    return new TestServer(local(0), List.of(service));
  }

  private static DynamicMessage message(
      MethodDescriptor<DynamicMessage, DynamicMessage> method, JsonNode json) {
    DynamicMessage.Builder message = prototype(method).newBuilderForType();
    try {
      JsonFormat.parser().merge(json.toString(), message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
    return message.build();
  }

  private static DynamicMessage prototype(MethodDescriptor<DynamicMessage, DynamicMessage> method) {
    return ((MethodDescriptor.PrototypeMarshaller<DynamicMessage>) method.getResponseMarshaller())
        .getMessagePrototype();
  }

  /** The probe service and others beside it. */
  public static TestServer probe(BindableService... others) throws IOException {
    return probe(local(0), others);
  }

  static TestServer probeAt(int port) throws IOException {
    return probe(local(port));
  }

  static TestServer probeWithTls(File certificate, File key) throws IOException {
    return probe(local(0).useTransportSecurity(certificate, key));
  }

  private static TestServer probe(NettyServerBuilder builder, BindableService... others)
      throws IOException {
    Probe probe = new Probe();
    List<ServerServiceDefinition> services = new ArrayList<>(List.of(probe.definition()));
    List.of(others).forEach(other -> services.add(other.bindService()));
    TestServer server = new TestServer(builder, services);
    probe.server = server;
    return server;
  }

  /** The files that describe the probe service, each behind those it imports. */
  public static List<FileDescriptor> probeFiles() {
    Set<FileDescriptor> files = new LinkedHashSet<>();
    GrpcMethod echo = Protos.probe().method("probe.v1.Probe/Echo");
    collect(prototype(echo.call()).getDescriptorForType().getFile(), files);
    return List.copyOf(files);
  }

  private static void collect(FileDescriptor file, Set<FileDescriptor> files) {
    file.getDependencies().forEach(dependency -> collect(dependency, files));
    files.add(file);
  }

  /** Where it is reached. */
  public String target() {
    return "localhost:" + port();
  }

  int port() {
    return server.getPort();
  }

  int connections() {
    return connections.get();
  }

  /** How many calls that hung were given up. */
  int cancelled() {
    return cancelled.get();
  }

  /** Whether a request of that user hangs, or has. */
  public boolean isHanging(String user) {
    return hanging.containsKey(user);
  }

  /** Whether a request of that user was given up while it hung. */
  public boolean isCancelled(String user) {
    return givenUp.contains(user);
  }

  /** Answers what hangs, and from now on hangs no more. */
  public void release() {
    released = true;
    hanging.values().forEach(Runnable::run);
  }

  /** The methods that were called, in order. */
  List<String> called() {
    return List.copyOf(called);
  }

  /** How often a method was called. */
  public long calls(String method) {
    return called.stream().filter(method::equals).count();
  }

  /** What came along with the last call under a name; null if nothing. */
  public String received(String name) {
    return lastReceived().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  /** What came along with the last call. */
  Metadata lastReceived() {
    return List.copyOf(received).get(received.size() - 1);
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does what the request says. */
  private static final class Probe {
    private final GrpcMethod echo = Protos.probe().method("probe.v1.Probe/Echo");
    private final GrpcMethod count = Protos.probe().method("probe.v1.Probe/Count");
    private volatile TestServer server;

    ServerServiceDefinition definition() {
      FileDescriptor file = prototype(echo.call()).getDescriptorForType().getFile();
      ProtoFileDescriptorSupplier supplier = () -> file;
      return ServerServiceDefinition.builder(
              ServiceDescriptor.newBuilder("probe.v1.Probe")
                  .setSchemaDescriptor(supplier)
                  .addMethod(echo.call())
                  .addMethod(count.call())
                  .build())
          .addMethod(echo.call(), ServerCalls.asyncUnaryCall(this::echo))
          .addMethod(count.call(), ServerCalls.asyncServerStreamingCall(this::count))
          .build();
    }

    private void echo(DynamicMessage request, StreamObserver<DynamicMessage> observer) {
      JsonNode asked = echo.response(request);
      String behave = asked.get("behave").textValue();
      String user = asked.get("userName").textValue();
      if (behave.isEmpty()
          || (behave.equals("hang") && server.released)
          || (behave.equals("once") && !server.refused.add(user))) {
        observer.onNext(request);
        observer.onCompleted();
      } else if (behave.equals("hang")) {
        hang(user, request, (ServerCallStreamObserver<DynamicMessage>) observer);
      } else if (behave.equals("once")) {
        observer.onError(Status.UNAVAILABLE.asRuntimeException());
      } else {
        Metadata trailers = new Metadata();
        trailers.put(
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER), "1500");
        observer.onError(
            Status.Code.valueOf(behave)
                .toStatus()
                .withDescription("as you wish")
                .asRuntimeException(trailers));
      }
    }

    private void hang(
        String user, DynamicMessage request, ServerCallStreamObserver<DynamicMessage> observer) {
      observer.setOnCancelHandler(
          () -> {
            server.cancelled.incrementAndGet();
            server.givenUp.add(user);
          });
      server.hanging.put(
          user,
          () -> {
            if (!observer.isCancelled()) {
              observer.onNext(request);
              observer.onCompleted();
            }
          });
    }

    private void count(DynamicMessage request, StreamObserver<DynamicMessage> observer) {
      JsonNode asked = count.response(request);
      for (int i = 1; i <= asked.get("to").intValue(); i++) {
        observer.onNext(
            message(
                count.call(),
                Json.MAPPER
                    .createObjectNode()
                    .put("number", i)
                    .put("padding", asked.get("padding").textValue())));
      }
      observer.onCompleted();
    }
  }
}
