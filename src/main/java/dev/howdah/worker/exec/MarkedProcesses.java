package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The processes of this machine that have inherited a certain variable, on Linux; elsewhere none
 * are found. For one thread at a time.
 */
final class MarkedProcesses {
  private static final Path PROC = Path.of("/proc");

  private final byte[] mark;

  /** Who is known to be none of ours, so that a look is quicker than those it looks for. */
  private final Set<String> strangers = new HashSet<>();

  /**
   * @param mark a variable with its value, as in {@code NAME=value}
   */
  MarkedProcesses(String mark) {
    this.mark = mark.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Looks once at every process there is.
   *
   * @param found told each that is marked, at the moment it is found
   * @return whether the look can be trusted: nobody was becoming another program just then, which
   *     hides its variables, and nobody had ended who may have started others behind our back
   */
  boolean look(Consumer<ProcessHandle> found) {
    String[] ids = PROC.toFile().list((directory, name) -> Character.isDigit(name.charAt(0)));
    if (ids == null) {
      return true;
    }
    strangers.retainAll(Set.of(ids));
    boolean trusted = true;
    for (String id : ids) {
      if (!strangers.contains(id)) {
        trusted &= look(id, found);
      }
    }
    return trusted;
  }

  private boolean look(String id, Consumer<ProcessHandle> found) {
    Path process = PROC.resolve(id);
    try {
      byte[] variables = variables(process);
      if (holds(variables, mark)) {
        ProcessHandle.of(Long.parseLong(id)).ifPresent(found);
        return true;
      }
      if (isWhole(variables)) {
        strangers.add(id);
        return true;
      }
      return isUnderWay(process) && Arrays.equals(variables, variables(process));
    } catch (AccessDeniedException e) {
      // Another user's, and so none of ours.
      strangers.add(id);
      return true;
    } catch (IOException e) {
      // The kernel's own, or it has ended; it is known from now on.
      strangers.add(id);
      return false;
    }
  }

  private static byte[] variables(Path process) throws IOException {
    return Files.readAllBytes(process.resolve("environ"));
  }

  /** Of a program that has just been put in its place, none or a part of them may be seen. */
  private static boolean isWhole(byte[] variables) {
    return variables.length > 0 && variables[variables.length - 1] == 0;
  }

  /** A program that is in its place but has not begun has neither variables nor arguments yet. */
  private static boolean isUnderWay(Path process) throws IOException {
    return Files.readAllBytes(process.resolve("cmdline")).length > 0;
  }

  /** Whether one of the strings, each with a zero byte behind it, is this one. */
  private static boolean holds(byte[] strings, byte[] wanted) {
    int start = 0;
    for (int i = 0; i < strings.length; i++) {
      if (strings[i] == 0) {
        if (Arrays.equals(strings, start, i, wanted, 0, wanted.length)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }
}
