package dev.howdah.block.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.api.Api;
import dev.howdah.config.Settings;
import dev.howdah.design.Document;
import dev.howdah.engine.Engine;
import dev.howdah.engine.Progress;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Ending;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.node.EngineNode;
import dev.howdah.node.WorkerNode;
import dev.howdah.store.PromiseRow;
import dev.howdah.store.PromiseStatus;
import dev.howdah.store.StepStatus;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An engine node that serves the group {@code local} itself, a worker node that serves {@code
 * remote}, and a client of them.
 */
final class ContractNode implements AutoCloseable {
  static final String REMOTE = "remote";

  /** An execution that was started, and what was heard of it. */
  record Run(String id, CompletableFuture<Ending> ending, List<Progress> heard) {
    /** How it has ended, once it has. */
    Ending ended() throws Exception {
      return ending.get(60, TimeUnit.SECONDS);
    }

    private Stream<Decision.Step> recorded() {
      return heard.stream()
          .filter(Progress.Recorded.class::isInstance)
          .map(progress -> ((Progress.Recorded) progress).step());
    }

    /** The fault of a step, as JSON. */
    JsonNode error(String path) {
      return recorded()
          .filter(step -> step.path().equals(path) && step.error().isPresent())
          .reduce((first, last) -> last)
          .flatMap(Decision.Step::error)
          .orElseThrow();
    }

    /** The processes that ran its steps. */
    Set<String> nodes() {
      return recorded().map(Decision.Step::node).collect(Collectors.toSet());
    }

    /** The steps that were told of, as samples write them. */
    List<String> steps() {
      Map<String, StepStatus> last = new TreeMap<>();
      recorded().forEach(s -> last.put(s.path() + " " + s.attempt(), s.status()));
      return last.entrySet().stream()
          .map(step -> written(step.getKey().split(" ")[0], step.getValue()))
          .sorted()
          .toList();
    }
  }

  private final Neighbours neighbours;
  private final EngineNode node;
  private final Api api;
  private final WorkerNode worker;

  ContractNode(Path directory, Neighbours neighbours) throws Exception {
    this.neighbours = neighbours;
    Map<String, String> settings = new TreeMap<>();
    settings.put("howdah.exec.allow", "sh");
    settings.put("howdah.camel.allow", "direct, language");
    settings.put("howdah.exec.data", directory.resolve("executions").toString());
    settings.put("howdah.data", directory.resolve("engine").toString());
    settings.put("howdah.broker.port", "0");
    settings.put("howdah.http.port", "0");
    settings.put("howdah.groups", "local");
    settings.put("howdah.designs.loaded", "2000");
    settings.put("howdah.routes", directory.resolve("routes").toString());
    node = EngineNode.start(Settings.of(settings), InstantSource.system(), true, fault -> {});
    api = Api.mount(node);
    node.camel().addRoutes(neighbours.routes());
    neighbours.read(node.bootstrapServers());
    neighbours.ask(id -> node.store().promises().byId(id).map(row -> row.status().label()));
    settings.keySet().removeIf(name -> name.matches("howdah.(broker|http|groups|routes).*"));
    settings.put("howdah.kafka.bootstrap-servers", node.bootstrapServers());
    settings.put("howdah.data", directory.resolve("worker").toString());
    worker =
        WorkerNode.start(
            Settings.of(settings),
            REMOTE,
            OptionalInt.empty(),
            InstantSource.system(),
            fault -> {
              throw fault.toException();
            });
    prepare();
  }

  /** Whom samples expect: promises that are settled, and designs that are there. */
  private void prepare() throws Exception {
    settle("kept", PromiseStatus.RESOLVED, "\"as promised\"");
    settle("broken", PromiseStatus.REJECTED, "\"no\"");
    for (Mode mode : Mode.values()) {
      save("inner", mode, Inner.DESIGN);
    }
  }

  private void settle(String id, PromiseStatus how, String value) throws Exception {
    long now = node.clock().millis();
    PromiseRow row =
        new PromiseRow(id, null, null, PromiseStatus.PENDING, null, null, null, now, null, null);
    node.engine()
        .promise(
            turns -> {
              turns.create(row);
              return turns.settle(id, how, value);
            })
        .get(10, TimeUnit.SECONDS);
  }

  /** Rejects a promise; whether it is there. */
  boolean reject(String id) throws Exception {
    return engine()
        .promise(turns -> turns.settle(id, PromiseStatus.REJECTED, "\"no\""))
        .get(10, TimeUnit.SECONDS)
        .isPresent();
  }

  Engine engine() {
    return node.engine();
  }

  /**
   * Saves a design.
   *
   * @param blocks from the line behind {@code blocks:} on
   * @return the plan
   */
  String save(String name, Mode mode, String blocks) {
    return save(mode.design(name, neighbours.fill(blocks, mode.label())));
  }

  /** Saves a design whose blocks of a type run in the group of the worker. */
  String saveRemote(String name, Mode mode, String blocks, String type) throws Exception {
    String text = mode.design(name, neighbours.fill(blocks, mode.label()));
    JsonNode design = Document.parse("sample", text).root().deepCopy();
    for (JsonNode block : design.get("blocks")) {
      if (block.get("type").asText().equals(type)) {
        ((ObjectNode) block).put("group", REMOTE);
        block.path("data").path("tools").forEach(tool -> ((ObjectNode) tool).put("group", REMOTE));
      }
    }
    return save(Json.write(design));
  }

  private String save(String text) {
    return node.catalog().save("sample.yaml", text, Neighbours::module, true).plan();
  }

  Run start(String plan, String input) throws Exception {
    String id = engine().nextId();
    List<Progress> heard = new CopyOnWriteArrayList<>();
    AutoCloseable unused = engine().watch(id, heard::add);
    CompletableFuture<Ending> ending = engine().endingOfNew(id);
    engine()
        .start(
            new StartRequest(
                Optional.empty(), plan, Value.ofText(input), "manual", "test", Optional.empty()),
            id)
        .get(30, TimeUnit.SECONDS);
    return new Run(id, ending, heard);
  }

  /** The steps that are recorded, as samples write them. */
  List<String> rows(String execution) {
    return node.store().executions().steps(execution).stream()
        .map(row -> written(row.path(), row.status()))
        .sorted()
        .toList();
  }

  String workerName() {
    return worker.name();
  }

  private static String written(String path, StepStatus status) {
    return status == StepStatus.COMPLETED ? path : path + " " + status.label();
  }

  @Override
  public void close() {
    worker.close();
    api.close();
    node.close();
  }
}
