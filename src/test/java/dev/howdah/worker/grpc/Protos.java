package dev.howdah.worker.grpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The descriptions of services that tests use, as modules. */
final class Protos {
  static final Path DIRECTORY = Path.of("src/test/resources/proto");

  private Protos() {}

  /** A file below the directory. */
  static Optional<byte[]> module(String name) {
    Path file = DIRECTORY.resolve(name);
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static ProtoSchema probe() {
    return ProtoSchema.read("probe.proto", module("probe.proto").orElseThrow(), Protos::module);
  }
}
