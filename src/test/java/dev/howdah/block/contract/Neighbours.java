package dev.howdah.block.contract;

import dev.howdah.block.spi.ModuleContent;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.worker.agent.ScriptedModel;
import dev.howdah.worker.grpc.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Those whom the blocks of samples call, all of them real and on this machine. Thread-safe. */
final class Neighbours implements AutoCloseable {
  private static final List<Path> MODULES =
      Stream.of("designs", "src/test/resources", "src/test/resources/proto").map(Path::of).toList();

  private final HeldService http = new HeldService();
  private final TestServer grpc = TestServer.probe();
  private final ScriptedModel model = ScriptedModel.start();
  private final HeldRoutes routes = new HeldRoutes();
  private final Path files;
  private Reader reader;
  private Function<String, Optional<String>> promises = id -> Optional.empty();

  /**
   * @param files an empty directory, where programs say who they are
   */
  Neighbours(Path files) throws IOException {
    this.files = files;
    model
        .on(
            q -> isFirst(q) && q.last().contains("twice"),
            Integer.MAX_VALUE,
            ScriptedModel.refusal(503, "overloaded", "not yet"))
        .on(
            q -> q.last().contains("secret"),
            Integer.MAX_VALUE,
            ScriptedModel.refusal(401, "invalid_api_key", "who are you?"))
        .on(
            q -> q.last().contains("2 and 3"),
            Integer.MAX_VALUE,
            ScriptedModel.calls("add", "{\"a\": 2, \"b\": 3}"))
        .on(q -> q.last().equals("5"), q -> "It is 5.")
        .on(q -> true, q -> "Two humps.");
  }

  private static boolean isFirst(ScriptedModel.Question question) {
    return question.headers().getOrDefault("Idempotency-Key", "").endsWith(":1");
  }

  /** Serves Kafka topics of a broker as well. */
  void read(String bootstrapServers) throws Exception {
    reader = Reader.start(bootstrapServers);
  }

  /** Learns how promises are asked for: the status of the one of an id. */
  void ask(Function<String, Optional<String>> statuses) {
    promises = statuses;
  }

  /** A sample's text with the addresses in it. */
  String fill(String text, String mode) {
    return text.replace("SERVICE", http.url())
        .replace("GRPC", grpc.target())
        .replace("MODEL", model.url().toString())
        .replace("FILES", files.toString())
        .replace("MODE", mode);
  }

  /** A module of the samples. */
  static Optional<ModuleContent> module(String name) {
    return MODULES.stream()
        .flatMap(directory -> ModuleFiles.find(directory, name).stream())
        .findFirst();
  }

  /** The routes that camel blocks send to. */
  HeldRoutes routes() {
    return routes;
  }

  boolean isHeld(String execution) {
    return http.isHeld(execution);
  }

  boolean hasHungUp(String execution) {
    return http.hasHungUp(execution);
  }

  boolean isCalled(String execution) {
    return grpc.isHanging(execution);
  }

  boolean isCancelled(String execution) {
    return grpc.isCancelled(execution);
  }

  boolean isOnRoute(String execution) {
    return routes.isHeld(execution);
  }

  boolean isInterrupted(String execution) {
    return routes.isInterrupted(execution);
  }

  boolean isAsked(String execution) {
    return reader.isAsked(execution);
  }

  boolean isPromised(String execution) {
    return promises.apply(execution + ":it").filter("pending"::equals).isPresent();
  }

  /** Whether nobody can settle the promise of an execution any more. */
  boolean isCalledOff(String execution) {
    return promises.apply(execution + ":it").filter("rejected_canceled"::equals).isPresent();
  }

  /** Whether a program of an execution runs. */
  boolean hasProgram(String execution) {
    return program(execution).filter(ProcessHandle::isAlive).isPresent();
  }

  /** Whether the program of an execution has ended. */
  boolean hasNoProgram(String execution) {
    return !hasProgram(execution);
  }

  private Optional<ProcessHandle> program(String execution) {
    try {
      Path said = files.resolve(execution);
      String id = Files.exists(said) ? Files.readString(said).strip() : "";
      return id.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets go on whatever waits for one of these, now and later. */
  void release() throws IOException {
    http.release();
    grpc.release();
    reader.release();
    Files.createFile(files.resolve("go"));
  }

  @Override
  public void close() throws InterruptedException {
    routes.end();
    if (reader != null) {
      reader.close();
    }
    model.close();
    grpc.close();
    http.close();
  }
}
