package dev.howdah.worker.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Files in the directory of an execution that a run begins with and gives.
 *
 * <p>They are in the directory itself, whose owner no program can change. So whatever links a
 * container may have left there, this process writes and reads nowhere else.
 *
 * @param written the content of files that are made, or made anew, before the program starts
 * @param read the file that is the answer of a run that succeeded; standard output if empty
 * @param inherited the executions whose files these go on from: the directory begins as a copy of
 *     the first of theirs that is there
 */
public record ExecFiles(
    Map<String, String> written, Optional<String> read, List<String> inherited) {
  /** No files at all. */
  public static final ExecFiles NONE = new ExecFiles(Map.of(), Optional.empty());

  private static final int LONGEST_NAME = 255;

  /**
   * Checks the names.
   *
   * @throws dev.howdah.fault.FaultException {@code exec.invalid-call}
   */
  public ExecFiles {
    Objects.requireNonNull(read, "read");
    written = Map.copyOf(new LinkedHashMap<>(written));
    written.keySet().forEach(ExecFiles::check);
    read.ifPresent(ExecFiles::check);
    inherited = List.copyOf(inherited);
    inherited.forEach(ExecutionDirectories::check);
  }

  /** Those of an execution that begins with none. */
  public ExecFiles(Map<String, String> written, Optional<String> read) {
    this(written, read, List.of());
  }

  /** Whether a text can name a file in the directory itself. */
  public static boolean isName(String text) {
    return !text.isBlank()
        && !text.equals(".")
        && !text.equals("..")
        && text.indexOf('/') < 0
        && text.indexOf('\0') < 0
        && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
  }

  private static void check(String name) {
    if (!isName(name)) {
      throw ExecFaults.invalid(
          "\"%s\" is no name of a file in the directory of the execution; leave out directories"
              .formatted(name));
    }
  }

  /**
   * Writes the files, each at once, so that nobody sees half of one.
   *
   * @param mark makes the names of what is not finished unique
   * @throws dev.howdah.fault.FaultException {@code exec.no-file}
   */
  void write(Path directory, String mark) {
    written.forEach(
        (name, content) -> {
          Path unfinished = directory.resolve(".howdah-" + mark);
          try {
            Files.writeString(unfinished, content, StandardOpenOption.CREATE_NEW);
            Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
          } catch (IOException e) {
            throw ExecFaults.noFile(name, "it cannot be written (" + e + ")");
          }
        });
  }

  /**
   * The bytes of a file.
   *
   * @throws dev.howdah.fault.FaultException {@code exec.no-file} when there is no such file; {@code
   *     exec.output-too-large}
   */
  static byte[] read(Path directory, String name, String label, long most) {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw ExecFaults.noFile(name, label + " succeeded and has not written it");
    }
    try (InputStream from = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = from.readNBytes((int) most + 1);
      if (bytes.length > most) {
        throw ExecFaults.tooLarge(label, "to the file " + name, most);
      }
      return bytes;
    } catch (IOException e) {
      throw ExecFaults.noFile(name, "it cannot be read (" + e + ")");
    }
  }
}
