package dev.howdah.graph;

import dev.howdah.design.Document;
import dev.howdah.design.Problems;

/** Adds what is wrong with a design to its problems, with the place where it is written. */
record Findings(Document document, Problems problems) {
  /**
   * @param pointer JSON pointer in the document; what is not there stands at the nearest part
   *     around it
   */
  void add(String pointer, String code, String message, String cure) {
    problems.add(code, document.at(pointer), message, cure);
  }
}
