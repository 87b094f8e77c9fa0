package dev.howdah.importer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.design.Document;
import dev.howdah.design.Position;
import dev.howdah.design.Problems;

/**
 * Reads the pipeline configurations of AI-Effect, of both generations: containers that a command
 * line starts and that share files, and services that are called over gRPC one after the other.
 */
public final class AiEffect {
  private static final String CODE = "import.no-pipeline";
  private static final String CURE =
      "list the containers, or give them by name together with start_node and service_registry";

  private AiEffect() {}

  /**
   * Makes a design of a configuration.
   *
   * @param file the name to use in positions
   * @param text JSON
   * @throws dev.howdah.design.InvalidDesignException with everything that is wrong in it or has no
   *     counterpart
   */
  public static ImportedDesign read(String file, String text) {
    Problems problems = new Problems();
    if (text.isBlank()) {
      problems.add(CODE, new Position(file, 1, 1), "the file is empty", CURE);
      problems.throwIfAny();
    }
    Document document = Document.parse(file, text);
    JsonNode containers = document.root().path("containers");
    if (!containers.isArray() && !containers.isObject()) {
      problems.add(
          CODE,
          document.at("/containers"),
          "this is no pipeline of AI-Effect: it has no \"containers\"",
          CURE);
      problems.throwIfAny();
    }
    return containers.isArray()
        ? FilePipeline.read(document, problems)
        : GrpcPipeline.read(document, problems);
  }
}
