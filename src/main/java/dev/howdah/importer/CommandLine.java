package dev.howdah.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the command line of a container: a program of the machine, or a run of docker. */
final class CommandLine {
  private static final Pattern ASSIGNMENT =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*)", Pattern.DOTALL);

  private final Source source;
  private final String pointer;

  /**
   * @param pointer of the command line
   */
  CommandLine(Source source, String pointer) {
    this.source = source;
    this.pointer = pointer;
  }

  /** What it starts; empty when something has been reported. */
  Optional<Start> read(String line) {
    List<Word> words;
    try {
      words = ShellWords.split(line);
    } catch (ShellWords.NeedsShell e) {
      source.wrong("needs-shell", pointer, e.offset(), e.getMessage(), e.cure());
      return Optional.empty();
    }
    if (words.isEmpty()) {
      source.wrong(
          "invalid-command",
          pointer,
          "the command is empty",
          "write the program and its arguments");
      return Optional.empty();
    }
    return isContainerRun(words) ? new ContainerRun(source, pointer, words).read() : program(words);
  }

  private static boolean isContainerRun(List<Word> words) {
    String program = words.get(0).written();
    String name = program.substring(program.lastIndexOf('/') + 1);
    return words.size() > 1
        && (name.equals("docker") || name.equals("podman"))
        && words.get(1).written().equals("run");
  }

  private Optional<Start> program(List<Word> words) {
    Map<String, String> env = new LinkedHashMap<>();
    int first = 0;
    for (; first < words.size(); first++) {
      Matcher assignment = ASSIGNMENT.matcher(words.get(first).written());
      if (!assignment.matches()) {
        break;
      }
      if (words.get(first).usesData()) {
        return wrong(
            words.get(first),
            "a variable cannot hold ${DATA}",
            "leave it out: every program has the variable DATA");
      }
      env.put(assignment.group(1), DesignYaml.literal(assignment.group(2)));
    }
    if (first == words.size()) {
      return wrong(
          words.get(0), "the command names no program", "write the program and its arguments");
    }
    Word program = words.get(first);
    String name = program.written();
    if (program.usesData() || (name.contains("/") && !name.startsWith("/"))) {
      return wrong(
          program,
          "\""
              + name
              + "\" is no program that can be found: every execution has a directory of its own",
          "write an absolute path, or a name that is found on PATH");
    }
    Optional<List<String>> command = arguments(words.subList(first, words.size()));
    return command.map(c -> new Start(Optional.empty(), c, env, Optional.empty()));
  }

  private Optional<List<String>> arguments(List<Word> words) {
    List<String> arguments = new ArrayList<>();
    for (Word word : words) {
      if (word.usesData() && !word.isInData()) {
        wrong(
            word,
            "${DATA} stands inside \"" + word.written() + "\", where nobody replaces it",
            "make it an argument of its own, as in --file ${DATA}/name");
        return Optional.empty();
      }
      arguments.add(argument(word));
    }
    return Optional.of(arguments);
  }

  /** An argument of an exec block, which replaces {@code $DATA} where a path begins. */
  static String argument(Word word) {
    return word.usesData()
        ? "$DATA" + DesignYaml.literal(word.parts().get(1))
        : DesignYaml.literal(word.written());
  }

  private Optional<Start> wrong(Word word, String message, String cure) {
    source.wrong("invalid-command", pointer, word.offset(), message, cure);
    return Optional.empty();
  }
}
