package dev.howdah.worker.exec;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which programs and images designs may run here, as the operator has said; none unless there is a
 * list.
 *
 * @param programs absolute paths, and names that are looked for on the search path
 * @param images names of images; one without a tag or digest allows all of its tags
 * @param searchPath absolute directories, in the order they are looked in
 */
public record ExecPolicy(List<String> programs, List<String> images, List<Path> searchPath) {
  /** What to set for a program to be allowed. */
  static final String PROGRAMS = "howdah.exec.allow";

  /** What to set for an image to be allowed. */
  static final String IMAGES = "howdah.exec.images";

  public ExecPolicy {
    programs = List.copyOf(programs);
    images = List.copyOf(images);
    searchPath = List.copyOf(searchPath);
  }

  /**
   * The policy of a process.
   *
   * @param programs by comma
   * @param images by comma
   * @param path directories as the variable {@code PATH} has them; relative ones do not count
   */
  public static ExecPolicy of(List<String> programs, List<String> images, String path) {
    return new ExecPolicy(
        programs,
        images,
        Arrays.stream(path.split(File.pathSeparator))
            .filter(directory -> !directory.isBlank())
            .map(Path::of)
            .filter(Path::isAbsolute)
            .toList());
  }

  /**
   * Reads a list of programs.
   *
   * @throws IllegalArgumentException when one is neither an absolute path nor a name
   */
  public static List<String> programs(String text) {
    List<String> programs = list(text);
    for (String program : programs) {
      if (program.contains("/") && !isAbsolute(program)) {
        throw new IllegalArgumentException(
            "\"%s\" is a relative path; write absolute paths or names, by comma"
                .formatted(program));
      }
    }
    return programs.stream().map(ExecPolicy::normal).toList();
  }

  /** Reads a list of images. */
  public static List<String> images(String text) {
    return list(text);
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  /** Whether anything at all may be run. */
  public boolean allowsAnything() {
    return !programs.isEmpty() || !images.isEmpty();
  }

  /**
   * The executable that a command names.
   *
   * @throws dev.howdah.fault.FaultException {@code exec.not-allowed}; {@code exec.unknown-command}
   *     when it is allowed but not there; {@code exec.invalid-call} for a relative path
   */
  Path program(String name) {
    if (name.contains("/")) {
      if (!isAbsolute(name)) {
        throw ExecFaults.invalid(
            "the program \"" + name + "\" is a relative path; give an absolute one or a name");
      }
      Path path = Path.of(name).normalize();
      if (!programs.contains(path.toString())) {
        throw ExecFaults.notAllowed(name, PROGRAMS);
      }
      if (!Files.isExecutable(path) || Files.isDirectory(path)) {
        throw ExecFaults.unknownCommand(name);
      }
      return path;
    }
    Optional<Path> found = find(name);
    boolean allowed =
        programs.contains(name) || found.filter(p -> programs.contains(p.toString())).isPresent();
    if (!allowed) {
      throw ExecFaults.notAllowed(name, PROGRAMS);
    }
    return found.orElseThrow(() -> ExecFaults.unknownCommand(name));
  }

  /**
   * Lets an image pass that may be run.
   *
   * @throws dev.howdah.fault.FaultException {@code exec.not-allowed}
   */
  void check(String image) {
    if (!images.contains(image) && !images.contains(untagged(image))) {
      throw ExecFaults.notAllowed("the image " + image, IMAGES);
    }
  }

  /** Looks for an executable of a name. */
  Optional<Path> find(String name) {
    return searchPath.stream()
        .map(directory -> directory.resolve(name).normalize())
        .filter(path -> Files.isExecutable(path) && !Files.isDirectory(path))
        .findFirst();
  }

  /** A colon before a slash belongs to the port of a registry. */
  private static String untagged(String image) {
    int digest = image.indexOf('@');
    String named = digest < 0 ? image : image.substring(0, digest);
    int colon = named.lastIndexOf(':');
    return colon > named.lastIndexOf('/') ? named.substring(0, colon) : named;
  }

  private static boolean isAbsolute(String text) {
    try {
      return Path.of(text).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String normal(String program) {
    return program.contains("/") ? Path.of(program).normalize().toString() : program;
  }
}
