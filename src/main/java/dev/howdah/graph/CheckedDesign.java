package dev.howdah.graph;

import dev.howdah.design.Design;
import dev.howdah.design.DesignParser;
import dev.howdah.design.Document;
import dev.howdah.design.Problems;
import dev.howdah.design.Reading;

/**
 * A design that is right in form, with the graph that proves that it makes sense.
 *
 * @param design as its author wrote it
 * @param graph of its blocks
 */
public record CheckedDesign(Design design, Graph graph) {

  /**
   * Reads and checks a design.
   *
   * @param file the name to use in positions
   * @param text YAML or JSON
   * @throws dev.howdah.design.InvalidDesignException with everything that is wrong in its form and
   *     in its graph, at once; of a text that is no document, with what keeps it from being one
   */
  public static CheckedDesign of(String file, String text, Surroundings surroundings) {
    Problems problems = new Problems();
    Reading reading = DesignParser.read(Document.parse(file, text), problems);
    Graph graph = GraphCheck.check(reading, surroundings, problems);
    return new CheckedDesign(reading.design().orElseThrow(), graph);
  }
}
