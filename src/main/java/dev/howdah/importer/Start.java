package dev.howdah.importer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command line starts, as the data of an exec block says it.
 *
 * @param image the container image; empty for a program of the machine
 * @param command the program and its arguments, or the arguments of the image
 * @param env more environment variables
 * @param workingDirectory absolute
 */
record Start(
    Optional<String> image,
    List<String> command,
    Map<String, String> env,
    Optional<String> workingDirectory) {

  /** The beginning of a block's data. */
  Map<String, Object> data() {
    Map<String, Object> data = new LinkedHashMap<>();
    image.ifPresent(name -> data.put("image", name));
    if (!command.isEmpty()) {
      data.put("command", command);
    }
    if (!env.isEmpty()) {
      data.put("env", env);
    }
    workingDirectory.ifPresent(directory -> data.put("workingDirectory", directory));
    return data;
  }
}
