package dev.howdah.importer;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.design.Document;
import dev.howdah.design.Problems;
import dev.howdah.design.Suggestion;
import dev.howdah.design.Written;
import dev.howdah.json.Json;
import dev.howdah.worker.exec.ExecFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The first generation: containers that command lines start, in the order of what they depend on,
 * with files in a shared directory between them. Each becomes an exec block. The files that nobody
 * writes become the input of the design, and what nobody waits for gives its file as the result.
 */
final class FilePipeline {
  /** Nobody said how long a container may take; more than a minute is usual. */
  private static final int DEFAULT_SECONDS = 600;

  private static final String LARGEST_RESULT = "16MiB";

  /** The configuration. */
  record Workflow(
      @Doc("the name of the pipeline") @Written("workflow_name") String workflowName,
      Optional<String> description,
      @Doc("the containers, as a list") List<Container> containers) {}

  /** One container. */
  record Container(
      @Doc("what others name in depends_on") String id,
      Optional<String> name,
      @Doc("the command line that starts it") String command,
      @Written("input_file") Optional<String> inputFile,
      @Written("output_file") Optional<String> outputFile,
      @Written("depends_on") @Default("[]") List<String> dependsOn,
      @Written("timeout_seconds") @Default("" + DEFAULT_SECONDS) int timeoutSeconds) {}

  private final Source source;
  private final Workflow workflow;
  private final Map<String, Container> byId = new LinkedHashMap<>();
  private final Map<String, String> writers = new LinkedHashMap<>();
  private final Map<String, Set<String>> before = new LinkedHashMap<>();
  private final Map<String, Start> starts = new LinkedHashMap<>();
  private final Map<String, String> given = new LinkedHashMap<>();

  private FilePipeline(Source source, Workflow workflow) {
    this.source = source;
    this.workflow = workflow;
  }

  static ImportedDesign read(Document document, Problems problems) {
    Source source = new Source(document, problems);
    Optional<Workflow> workflow = source.bind(Workflow.class);
    source.throwIfAny();
    return new FilePipeline(source, workflow.orElseThrow()).read();
  }

  private ImportedDesign read() {
    String id = source.designId(workflow.workflowName());
    if (workflow.containers().isEmpty()) {
      source.wrong("no-pipeline", "/containers", "\"containers\" is empty", "list at least one");
    }
    for (int i = 0; i < workflow.containers().size(); i++) {
      register(i, workflow.containers().get(i));
    }
    for (int i = 0; i < workflow.containers().size(); i++) {
      connect(i, workflow.containers().get(i));
    }
    source.throwIfAny();
    List<String> order = RunOrder.of(before);
    if (order.size() < before.size()) {
      reportCycle(RunOrder.cycle(before, order));
    }
    source.throwIfAny();
    return new ImportedDesign(DesignYaml.write(comments(), design(id, order)), Map.of());
  }

  private void register(int index, Container container) {
    source.checkId(container.id(), Source.pointer("containers", index, "id"));
    source.checkSeconds(
        container.timeoutSeconds(), Source.pointer("containers", index, "timeout_seconds"));
    if (byId.putIfAbsent(container.id(), container) != null) {
      source.wrong(
          "duplicate-id",
          Source.pointer("containers", index, "id"),
          "there is another container \"" + container.id() + "\"",
          "give each an id of its own");
      return;
    }
    new CommandLine(source, Source.pointer("containers", index, "command"))
        .read(container.command())
        .ifPresent(start -> starts.put(container.id(), start));
    container
        .outputFile()
        .flatMap(file -> fileName(file, Source.pointer("containers", index, "output_file")))
        .ifPresent(file -> registerWriter(index, container.id(), file));
  }

  private void registerWriter(int index, String id, String file) {
    String other = writers.putIfAbsent(file, id);
    if (other != null) {
      source.wrong(
          "duplicate-file",
          Source.pointer("containers", index, "output_file"),
          "\"%s\" is the output_file of \"%s\" already".formatted(file, other),
          "let each container write a file of its own");
    }
  }

  private void connect(int index, Container container) {
    Set<String> earlier = before.computeIfAbsent(container.id(), id -> new LinkedHashSet<>());
    for (int j = 0; j < container.dependsOn().size(); j++) {
      String other = container.dependsOn().get(j);
      if (byId.containsKey(other)) {
        earlier.add(other);
      } else {
        source.wrong(
            "unknown-container",
            Source.pointer("containers", index, "depends_on", j),
            "\"%s\" depends on \"%s\", which is no container".formatted(container.id(), other),
            known(other, byId.keySet()));
      }
    }
    String pointer = Source.pointer("containers", index, "input_file");
    container
        .inputFile()
        .flatMap(file -> fileName(file, pointer))
        .ifPresent(file -> connectFile(container.id(), file, pointer));
  }

  /** Whoever reads a file runs after the one that writes it; what nobody writes is input. */
  private void connectFile(String id, String file, String pointer) {
    String writer = writers.get(file);
    if (writer != null && !writer.equals(id)) {
      before.get(id).add(writer);
    } else if (ExecFiles.isName(file)) {
      given.put(id, file);
    } else {
      source.wrong(
          "no-counterpart",
          pointer,
          "nobody writes \"" + file + "\", and what comes with an execution is in /data itself",
          "leave out the directory");
    }
  }

  static String known(String wrong, Set<String> known) {
    return Suggestion.of(wrong, known)
        .map(meant -> "did you mean \"" + meant + "\"?")
        .orElseGet(() -> "use one of " + String.join(", ", known));
  }

  /** A file's path from the shared directory; reported and empty when it is outside. */
  private Optional<String> fileName(String file, String pointer) {
    String name = file.replaceFirst("^(/data/|\\$\\{DATA}/|\\$DATA/|\\./)", "");
    boolean inside =
        !name.isBlank() && !name.startsWith("/") && !List.of(name.split("/")).contains("..");
    if (!inside) {
      source.wrong(
          "no-counterpart",
          pointer,
          "\"" + file + "\" is not in the shared directory",
          "write the name of a file in it");
    }
    return inside ? Optional.of(name) : Optional.empty();
  }

  private void reportCycle(List<String> cycle) {
    int index = List.copyOf(byId.keySet()).indexOf(cycle.get(0));
    source.wrong(
        "cycle",
        Source.pointer("containers", index, "depends_on"),
        "each of these waits for the next: " + String.join(" -> ", cycle),
        "remove one of the dependencies");
  }

  private List<String> comments() {
    Set<String> programs = new TreeSet<>();
    Set<String> images = new TreeSet<>();
    starts
        .values()
        .forEach(
            start ->
                start
                    .image()
                    .ifPresentOrElse(images::add, () -> programs.add(start.command().get(0))));
    List<String> comments = new ArrayList<>();
    comments.add("Made by howdah import ai-effect of " + source.fileName() + ".");
    if (!images.isEmpty()) {
      comments.add("Runs with the setting howdah.exec.images=" + String.join(",", images));
    }
    if (!programs.isEmpty()) {
      comments.add("Runs with the setting howdah.exec.allow=" + String.join(",", programs));
    }
    return comments;
  }

  private Map<String, Object> design(String id, List<String> order) {
    Map<String, Object> design = new LinkedHashMap<>();
    design.put("id", id);
    design.put("name", workflow.workflowName());
    workflow.description().ifPresent(text -> design.put("description", text));
    if (!given.isEmpty()) {
      design.put("input", inputSchema());
    }
    design.put("blocks", order.stream().map(this::block).toList());
    if (order.size() > 1) {
      design.put("connections", connections(order));
    }
    return design;
  }

  private Map<String, Object> inputSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (String file : new LinkedHashSet<>(given.values())) {
      properties.put(file, Map.of("type", "string"));
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("required", List.copyOf(properties.keySet()));
    schema.put("properties", properties);
    return schema;
  }

  private Map<String, Object> block(String id) {
    Container container = byId.get(id);
    Map<String, Object> data = starts.get(id).data();
    if (given.containsKey(id)) {
      String file = given.get(id);
      data.put("files", Map.of(file, "${ $input[" + Json.write(TextNode.valueOf(file)) + "] }"));
    }
    data.put("stdin", "");
    data.put("stdout", "text");
    if (before.values().stream().noneMatch(earlier -> earlier.contains(id))) {
      resultFile(container)
          .ifPresent(
              file -> {
                data.put("outputFile", file);
                data.put("maxOutput", LARGEST_RESULT);
              });
    }
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("id", id);
    block.put("type", "exec");
    container.name().ifPresent(name -> block.put("description", name));
    block.put("timeout", container.timeoutSeconds() + "s");
    block.put("data", data);
    return block;
  }

  private Optional<String> resultFile(Container container) {
    return writers.entrySet().stream()
        .filter(entry -> entry.getValue().equals(container.id()))
        .map(Map.Entry::getKey)
        .filter(ExecFiles::isName)
        .findFirst();
  }

  private List<Map<String, Object>> connections(List<String> order) {
    List<Map<String, Object>> connections = new ArrayList<>();
    for (String target : order) {
      for (String from : before.get(target)) {
        Map<String, Object> connection = new LinkedHashMap<>();
        connection.put("source", from);
        connection.put("target", target);
        connections.add(connection);
      }
    }
    return connections;
  }
}
