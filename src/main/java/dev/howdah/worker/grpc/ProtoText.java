package dev.howdah.worker.grpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.squareup.wire.schema.CoreLoader;
import com.squareup.wire.schema.ErrorCollector;
import com.squareup.wire.schema.Field;
import com.squareup.wire.schema.Linker;
import com.squareup.wire.schema.Loader;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.MessageType;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.Type;
import com.squareup.wire.schema.internal.SchemaEncoder;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compiles {@code .proto} text, proto2 or proto3, to descriptors.
 *
 * <p>An import is looked for in the directory of the file that was named first, then in those above
 * it, as if each were a proto path; what begins with {@code google/} and is found in none is
 * Google's own.
 */
final class ProtoText {
  private static final int MOST_FILES = 500;
  private static final Pattern OF_GOOGLE = Pattern.compile("google/[A-Za-z0-9_/]+\\.proto");

  private final String root;
  private final Function<String, Optional<byte[]>> modules;
  private final Map<String, ProtoFile> files = new LinkedHashMap<>();

  private ProtoText(String root, Function<String, Optional<byte[]>> modules) {
    this.root = root;
    this.modules = modules;
  }

  /**
   * Compiles a file and all that it imports.
   *
   * @param name of its module
   * @param modules finds the content of modules, those that are imported included
   * @throws FaultException {@code grpc.invalid-proto}, with file, line and column
   */
  static List<FileDescriptorProto> compile(
      String name, byte[] text, Function<String, Optional<byte[]>> modules) {
    int slash = name.lastIndexOf('/');
    ProtoText compiler = new ProtoText(slash < 0 ? "" : name.substring(0, slash + 1), modules);
    try {
      compiler.read(name.substring(slash + 1), text);
      return compiler.link();
    } catch (FaultException e) {
      throw e;
    } catch (RuntimeException | InvalidProtocolBufferException e) {
      // Wire throws what comes to hand, with the place in the message.
      throw GrpcFaults.invalidProto(name, String.valueOf(e.getMessage()));
    }
  }

  private void read(String first, byte[] text) {
    Deque<String> due = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    add(first, text);
    due.addAll(imports(files.get(first)));
    while (!due.isEmpty()) {
      String name = due.remove();
      if (!seen.add(name) || files.containsKey(name)) {
        continue;
      }
      if (files.size() >= MOST_FILES) {
        throw GrpcFaults.invalidProto(first, "it imports more than %d files".formatted(MOST_FILES));
      }
      add(
          name,
          find(name)
              .orElseThrow(
                  () ->
                      GrpcFaults.invalidProto(
                          first,
                          "%s is imported and not there; add it as a module beside %s"
                              .formatted(name, first))));
      due.addAll(imports(files.get(name)));
    }
  }

  private void add(String name, byte[] text) {
    String source = new String(text, StandardCharsets.UTF_8);
    files.put(
        name, ProtoFile.Companion.get(ProtoParser.Companion.parse(Location.get("", name), source)));
  }

  private static List<String> imports(ProtoFile file) {
    return Stream.of(file.getImports(), file.getPublicImports(), file.getWeakImports())
        .flatMap(List::stream)
        .toList();
  }

  private Optional<byte[]> find(String name) {
    String directory = root;
    while (true) {
      Optional<byte[]> found = modules.apply(directory + name);
      if (found.isPresent()) {
        return found;
      }
      if (directory.isEmpty()) {
        return ofGoogle(name);
      }
      directory = directory.substring(0, directory.lastIndexOf('/', directory.length() - 2) + 1);
    }
  }

  /** The libraries of protobuf bring their own sources along. */
  private static Optional<byte[]> ofGoogle(String name) {
    if (!OF_GOOGLE.matcher(name).matches()) {
      return Optional.empty();
    }
    try (InputStream source = ProtoText.class.getResourceAsStream("/" + name)) {
      return source == null ? Optional.empty() : Optional.of(source.readAllBytes());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private List<FileDescriptorProto> link() throws InvalidProtocolBufferException {
    Schema schema = new Linker(new Files(), new ErrorCollector(), true, true).link(files.values());
    SchemaEncoder encoder = new SchemaEncoder(schema);
    List<FileDescriptorProto> compiled = new ArrayList<>();
    for (ProtoFile linked : schema.getProtoFiles()) {
      ProtoFile file = files.get(linked.getLocation().getPath());
      if (file != null) {
        FileDescriptorProto.Builder proto =
            FileDescriptorProto.parseFrom(encoder.encode(linked).toByteArray()).toBuilder();
        imports(file, proto);
        for (DescriptorProto.Builder message : proto.getMessageTypeBuilderList()) {
          jsonNames(message, type(linked.getTypes(), message.getName()));
        }
        compiled.add(proto.build());
      }
    }
    return compiled;
  }

  /** Wire does not tell which imports are public. */
  private static void imports(ProtoFile file, FileDescriptorProto.Builder proto) {
    List<String> all = imports(file);
    proto.clearDependency().addAllDependency(all).clearPublicDependency().clearWeakDependency();
    for (String name : file.getPublicImports()) {
      proto.addPublicDependency(all.indexOf(name));
    }
  }

  /** Wire does not tell the names that fields have in JSON when a file gives them others. */
  private static void jsonNames(DescriptorProto.Builder message, Optional<Type> type) {
    if (type.isEmpty() || !(type.get() instanceof MessageType known)) {
      return;
    }
    message
        .getFieldBuilderList()
        .forEach(
            field -> {
              Field declared = known.field(field.getName());
              if (declared != null && declared.getDeclaredJsonName() != null) {
                field.setJsonName(declared.getDeclaredJsonName());
              }
            });
    for (DescriptorProto.Builder nested : message.getNestedTypeBuilderList()) {
      jsonNames(nested, type(known.getNestedTypes(), nested.getName()));
    }
  }

  private static Optional<Type> type(List<Type> types, String name) {
    return types.stream().filter(t -> t.getType().getSimpleName().equals(name)).findFirst();
  }

  /** What was read, and what Wire brings along for itself. */
  private final class Files implements Loader {
    @Override
    public ProtoFile load(String path) {
      ProtoFile file = files.get(path);
      return file != null ? file : CoreLoader.INSTANCE.load(path);
    }

    @Override
    public Loader withErrors(ErrorCollector errors) {
      return this;
    }
  }
}
