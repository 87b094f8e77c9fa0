package dev.howdah.importer;

import java.util.Map;

/**
 * A design made of something else.
 *
 * @param text the design as YAML
 * @param modules what belongs beside it: texts by their path from the design's directory
 */
public record ImportedDesign(String text, Map<String, String> modules) {
  public ImportedDesign {
    modules = Map.copyOf(modules);
  }
}
