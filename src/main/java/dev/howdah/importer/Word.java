package dev.howdah.importer;

import java.util.List;

/**
 * A word of a command line.
 *
 * @param parts what stands around the uses of the variable {@code DATA}; one part when there is
 *     none
 * @param offset where it begins in the command line
 */
record Word(List<String> parts, int offset) {
  Word {
    parts = List.copyOf(parts);
  }

  /** Whether it uses the variable. */
  boolean usesData() {
    return parts.size() > 1;
  }

  /** Whether it is the directory that the variable names, or a path below it. */
  boolean isInData() {
    return parts.size() == 2
        && parts.get(0).isEmpty()
        && (parts.get(1).isEmpty() || parts.get(1).startsWith("/"));
  }

  /** The word with a value for the variable. */
  String with(String data) {
    return String.join(data, parts);
  }

  /** The word as it was written, without quotes. */
  String written() {
    return with("${DATA}");
  }
}
