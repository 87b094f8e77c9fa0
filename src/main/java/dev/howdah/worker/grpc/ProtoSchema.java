package dev.howdah.worker.grpc;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import com.google.protobuf.util.JsonFormat;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The services that are known of, and the messages they take and give. Immutable. */
public final class ProtoSchema {
  /** What every program that speaks protobuf has; these need not be brought along. */
  private static final Map<String, FileDescriptor> BUILT_IN =
      Stream.of(
              AnyProto.getDescriptor(),
              ApiProto.getDescriptor(),
              DescriptorProtos.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              SourceContextProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              TypeProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .collect(Collectors.toUnmodifiableMap(FileDescriptor::getName, file -> file));

  private final Map<String, ServiceDescriptor> services = new LinkedHashMap<>();
  private final JsonFormat.TypeRegistry types;

  private ProtoSchema(Collection<FileDescriptor> files) {
    JsonFormat.TypeRegistry.Builder registry = JsonFormat.TypeRegistry.newBuilder();
    BUILT_IN.values().forEach(file -> registry.add(file.getMessageTypes()));
    for (FileDescriptor file : files) {
      registry.add(file.getMessageTypes());
      file.getServices().forEach(service -> services.put(service.getFullName(), service));
    }
    types = registry.build();
  }

  /**
   * Reads a module.
   *
   * @param name with the ending {@code .proto} for text; else it is a descriptor set, as {@code
   *     protoc --include_imports --descriptor_set_out} writes it
   * @param modules finds the content of modules that it imports
   * @throws dev.howdah.fault.FaultException {@code grpc.invalid-proto}
   */
  public static ProtoSchema read(
      String name, byte[] content, Function<String, Optional<byte[]>> modules) {
    if (name.endsWith(".proto")) {
      return of(name, ProtoText.compile(name, content, modules));
    }
    try {
      return of(name, FileDescriptorSet.parseFrom(content).getFileList());
    } catch (InvalidProtocolBufferException e) {
      throw GrpcFaults.invalidProto(
          name, "it is no descriptor set (text needs a name that ends in .proto)");
    }
  }

  /**
   * Links descriptors.
   *
   * @param name tells in messages where they are from
   * @throws dev.howdah.fault.FaultException {@code grpc.invalid-proto}
   */
  static ProtoSchema of(String name, Collection<FileDescriptorProto> protos) {
    Map<String, FileDescriptorProto> byName = new LinkedHashMap<>();
    protos.forEach(proto -> byName.putIfAbsent(proto.getName(), proto));
    Map<String, FileDescriptor> linked = new LinkedHashMap<>();
    for (FileDescriptorProto proto : byName.values()) {
      link(name, proto.getName(), byName, linked, new HashSet<>());
    }
    return new ProtoSchema(linked.values());
  }

  /** Whether a file need not be brought along. */
  static boolean isBuiltIn(String file) {
    return BUILT_IN.containsKey(file);
  }

  private static FileDescriptor link(
      String name,
      String file,
      Map<String, FileDescriptorProto> protos,
      Map<String, FileDescriptor> linked,
      Set<String> open) {
    FileDescriptor known = BUILT_IN.getOrDefault(file, linked.get(file));
    if (known != null) {
      return known;
    }
    FileDescriptorProto proto = protos.get(file);
    if (proto == null) {
      throw GrpcFaults.invalidProto(
          name, file + " is imported and not there; make the set with protoc --include_imports");
    }
    if (!open.add(file)) {
      throw GrpcFaults.invalidProto(name, file + " imports itself, by way of others");
    }
    FileDescriptor[] imports =
        proto.getDependencyList().stream()
            .map(dependency -> link(name, dependency, protos, linked, open))
            .toArray(FileDescriptor[]::new);
    open.remove(file);
    try {
      FileDescriptor descriptor = FileDescriptor.buildFrom(proto, imports);
      linked.put(file, descriptor);
      return descriptor;
    } catch (DescriptorValidationException e) {
      throw GrpcFaults.invalidProto(name, e.getMessage());
    }
  }

  /**
   * A method that can be called.
   *
   * @param name as in {@code package.Service/Method}
   * @throws dev.howdah.fault.FaultException {@code grpc.unknown-method}, naming those there are;
   *     {@code grpc.unsupported-method} when it takes a stream
   */
  public GrpcMethod method(String name) {
    int slash = name.lastIndexOf('/');
    ServiceDescriptor service = services.get(name.substring(0, Math.max(0, slash)));
    if (service == null) {
      throw GrpcFaults.unknownMethod(name, "services are: " + listed(services.keySet()));
    }
    MethodDescriptor method = service.findMethodByName(name.substring(slash + 1));
    if (method == null) {
      throw GrpcFaults.unknownMethod(
          name,
          "methods of %s are: %s"
              .formatted(
                  service.getFullName(),
                  listed(service.getMethods().stream().map(MethodDescriptor::getName).toList())));
    }
    if (method.isClientStreaming()) {
      throw GrpcFaults.unsupportedMethod(name);
    }
    return new GrpcMethod(name, method, types);
  }

  private static String listed(Collection<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", List.copyOf(names));
  }
}
