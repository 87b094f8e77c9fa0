package dev.howdah.importer;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes designs as a person would. */
final class DesignYaml {
  private DesignYaml() {}

  /**
   * A design as YAML.
   *
   * @param comments lines at its top
   */
  static String write(List<String> comments, Map<String, Object> design) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setIndent(2)
            .setSplitLines(false)
            .setDereferenceAliases(true)
            .build();
    return comments.stream().map(line -> "# " + line + "\n").collect(Collectors.joining())
        + new Dump(settings).dumpToString(design);
  }

  /** A text that stands for itself where a design may hold expressions. */
  static String literal(String text) {
    return text.replace("${", "$${");
  }
}
