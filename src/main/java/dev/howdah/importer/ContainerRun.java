package dev.howdah.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code docker run} and {@code podman run}. An exec block with an image does what most of
 * their options ask for anyway; the rest either has a counterpart or is reported.
 */
final class ContainerRun {
  /** Where a container finds the directory of its execution. */
  private static final String MOUNTED = "/data";

  /** What an exec block does without being told, or what means nothing to it. */
  private static final Set<String> IMPLIED =
      Set.of("--rm", "-i", "--interactive", "-t", "--tty", "-it", "-ti", "--init=false");

  private static final Set<String> WITH_VALUE =
      Set.of("-v", "--volume", "-e", "--env", "-w", "--workdir", "--name");

  private static final Pattern LONG = Pattern.compile("(--[a-z-]+)=(.*)", Pattern.DOTALL);
  private static final Pattern SHORT = Pattern.compile("(-[vew])(.+)", Pattern.DOTALL);
  private static final Pattern VARIABLE =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*)", Pattern.DOTALL);
  private static final Pattern MOUNT =
      Pattern.compile(
          Pattern.quote("${DATA}") + "/?:" + MOUNTED + "/?(:(rw|z|Z|rw,z|rw,Z|z,rw|Z,rw))?");

  private final Source source;
  private final String pointer;
  private final List<Word> words;
  private final Map<String, String> env = new LinkedHashMap<>();
  private Optional<String> workingDirectory = Optional.empty();
  private int at = 2;
  private boolean failed;

  ContainerRun(Source source, String pointer, List<Word> words) {
    this.source = source;
    this.pointer = pointer;
    this.words = words;
  }

  /** What it starts; empty when something has been reported. */
  Optional<Start> read() {
    while (at < words.size() && words.get(at).written().startsWith("-")) {
      option(words.get(at++));
    }
    if (at >= words.size()) {
      if (!failed) {
        wrong(words.get(0), "no image is named", "write the image after the options");
      }
      return Optional.empty();
    }
    Word image = words.get(at++);
    if (image.usesData()) {
      wrong(image, "\"" + image.written() + "\" is no image", "write the image after the options");
    }
    List<String> arguments = new ArrayList<>();
    for (Word word : words.subList(at, words.size())) {
      // Inside the container the directory always has the same name.
      arguments.add(
          word.isInData() ? CommandLine.argument(word) : DesignYaml.literal(word.with(MOUNTED)));
    }
    return failed
        ? Optional.empty()
        : Optional.of(new Start(Optional.of(image.written()), arguments, env, workingDirectory));
  }

  private void option(Word word) {
    String text = word.written();
    if (IMPLIED.contains(text)) {
      return;
    }
    Matcher form = LONG.matcher(text);
    boolean joined = form.matches();
    if (!joined && !text.startsWith("--")) {
      form = SHORT.matcher(text);
      joined = form.matches();
    }
    String name = joined ? form.group(1) : text;
    if (!WITH_VALUE.contains(name)) {
      wrong(
          word,
          "an exec block has nothing for the option " + name + " of a container",
          "remove it, or name a program that runs the container in its own way");
      skipValue(joined);
      return;
    }
    if (!joined && at == words.size()) {
      wrong(word, "the option " + name + " has no value", "write its value after it");
      return;
    }
    value(name, joined ? form.group(2) : words.get(at++).written(), word);
  }

  /** What follows an unknown option may be its value; it is no image if another word follows. */
  private void skipValue(boolean joined) {
    boolean hasValue = !joined && at + 1 < words.size() && !words.get(at).written().startsWith("-");
    at += hasValue ? 1 : 0;
  }

  private void value(String name, String value, Word word) {
    switch (name) {
      case "-v", "--volume" -> mount(value, word);
      case "-e", "--env" -> variable(value, word);
      case "-w", "--workdir" -> directory(value, word);
      default -> {
        // Containers get names of their own, so that several executions can run at a time.
      }
    }
  }

  private void mount(String value, Word word) {
    if (!MOUNT.matcher(value).matches()) {
      wrong(
          word,
          "the mount "
              + value
              + " has no counterpart: a container finds the directory of its execution at /data, and nothing else of the machine",
          "write -v ${DATA}:/data, and let the image look there");
    }
  }

  private void variable(String value, Word word) {
    Matcher variable = VARIABLE.matcher(value);
    if (!variable.matches()) {
      wrong(
          word,
          "the variable " + value + " would get its value from whoever starts the container",
          "write its value, as in -e " + value + "=1");
    } else if (!variable.group(1).equals("DATA")) {
      env.put(variable.group(1), DesignYaml.literal(variable.group(2).replace("${DATA}", MOUNTED)));
    }
  }

  private void directory(String value, Word word) {
    String directory = value.replace("${DATA}", MOUNTED);
    if (!directory.startsWith("/")) {
      wrong(word, "the working directory " + value + " is not absolute", "write an absolute path");
    }
    workingDirectory = Optional.of(DesignYaml.literal(directory));
  }

  private void wrong(Word word, String message, String cure) {
    failed = true;
    source.wrong("no-counterpart", pointer, word.offset(), message, cure);
  }
}
