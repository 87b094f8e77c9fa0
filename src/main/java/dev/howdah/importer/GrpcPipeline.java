package dev.howdah.importer;

import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.design.Document;
import dev.howdah.design.Problems;
import dev.howdah.design.Written;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.grpc.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The second generation: services that are called over gRPC, each naming the next. Each becomes a
 * grpc block that calls {@code ContainerExecutor/Execute} and fails when the service says it has.
 */
final class GrpcPipeline {
  private static final String MODULE = "container_executor.proto";

  /** The configuration. */
  record Workflow(
      @Doc("the name of the pipeline") @Written("workflow_name") String workflowName,
      Optional<String> description,
      @Doc("the container that is called first") @Written("start_node") String startNode,
      @Written("execution_mode") Optional<Mode> executionMode,
      @Doc("where the service of each container is, as host:port") @Written("service_registry")
          Map<String, String> serviceRegistry,
      @Doc("the containers by their ids") Map<String, Container> containers) {}

  /** How containers are called. */
  enum Mode {
    GRPC
  }

  /** One container. */
  record Container(
      Optional<String> id,
      Optional<String> name,
      @Doc("the file the service reads") @Written("input_file") String inputFile,
      @Doc("the file the service writes") @Written("output_file") String outputFile,
      @Written("next_node") Optional<String> nextNode,
      @Written("timeout_seconds") @Default("30") int timeoutSeconds) {}

  private final Source source;
  private final Workflow workflow;

  private GrpcPipeline(Source source, Workflow workflow) {
    this.source = source;
    this.workflow = workflow;
  }

  static ImportedDesign read(Document document, Problems problems) {
    Source source = new Source(document, problems);
    Optional<Workflow> workflow = source.bind(Workflow.class);
    source.throwIfAny();
    return new GrpcPipeline(source, workflow.orElseThrow()).read();
  }

  private ImportedDesign read() {
    String id = source.designId(workflow.workflowName());
    workflow.containers().forEach(this::check);
    Set<String> chain = chain();
    reportUnreached(chain);
    source.throwIfAny();
    Map<String, Object> design = new LinkedHashMap<>();
    design.put("id", id);
    design.put("name", workflow.workflowName());
    workflow.description().ifPresent(text -> design.put("description", text));
    design.put("blocks", chain.stream().map(this::block).toList());
    List<String> comments =
        List.of("Made by howdah import ai-effect of " + source.fileName() + ".");
    return new ImportedDesign(
        DesignYaml.write(comments, design), Map.of("modules/" + MODULE, contract()));
  }

  private void check(String id, Container container) {
    source.checkId(id, Source.pointer("containers", id));
    source.checkSeconds(
        container.timeoutSeconds(), Source.pointer("containers", id, "timeout_seconds"));
    if (container.id().filter(inner -> !inner.equals(id)).isPresent()) {
      source.wrong(
          "invalid-id",
          Source.pointer("containers", id, "id"),
          "the container \"%s\" calls itself \"%s\"".formatted(id, container.id().get()),
          "use one id, which others name in next_node");
    }
    String target = workflow.serviceRegistry().get(id);
    if (target == null) {
      source.wrong(
          "unknown-service",
          "/service_registry",
          "there is no service for the container \"" + id + "\"",
          "add \"%s\": \"host:port\"".formatted(id));
      return;
    }
    try {
      Target.of(target, false);
    } catch (FaultException e) {
      source.wrong(
          "invalid-target",
          Source.pointer("service_registry", id),
          "\"" + target + "\" is no address of a service",
          "write host:port, such as localhost:50051");
    }
  }

  /** The containers in the order they are called, as far as it can be told. */
  private Set<String> chain() {
    Set<String> chain = new LinkedHashSet<>();
    String pointer = "/start_node";
    Optional<String> next = Optional.of(workflow.startNode());
    while (next.isPresent()) {
      String id = next.get();
      Container container = workflow.containers().get(id);
      if (container == null) {
        source.wrong(
            "unknown-container",
            pointer,
            "\"" + id + "\" is no container",
            workflow.containers().isEmpty()
                ? "describe it in containers"
                : FilePipeline.known(id, workflow.containers().keySet()));
        break;
      }
      if (!chain.add(id)) {
        List<String> cycle = new ArrayList<>(chain);
        cycle = cycle.subList(cycle.indexOf(id), cycle.size());
        source.wrong(
            "cycle",
            pointer,
            "the containers call each other for ever: " + String.join(" -> ", cycle) + " -> " + id,
            "remove this next_node, or put what repeats into a loop block after the import");
        break;
      }
      pointer = Source.pointer("containers", id, "next_node");
      next = container.nextNode();
    }
    return chain;
  }

  private void reportUnreached(Set<String> chain) {
    for (String id : workflow.containers().keySet()) {
      if (!chain.contains(id)) {
        source.wrong(
            "unreached",
            Source.pointer("containers", id),
            "the container \"" + id + "\" is never called",
            "name it in the next_node of another, or remove it");
      }
    }
  }

  private Map<String, Object> block(String id) {
    Container container = workflow.containers().get(id);
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("inputFile", DesignYaml.literal(container.inputFile()));
    request.put("outputFile", DesignYaml.literal(container.outputFile()));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("target", workflow.serviceRegistry().get(id));
    data.put("method", "ContainerExecutor/Execute");
    data.put("proto", "modules/" + MODULE);
    data.put("request", request);
    data.put("failWhen", "${ .success == false }");
    data.put("message", "${ .message }");
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("id", id);
    block.put("type", "grpc");
    container.name().ifPresent(name -> block.put("description", name));
    block.put("timeout", container.timeoutSeconds() + "s");
    block.put("data", data);
    return block;
  }

  private static String contract() {
    try (InputStream contract = GrpcPipeline.class.getResourceAsStream(MODULE)) {
      return new String(contract.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the contract cannot be read from the program", e);
    }
  }
}
