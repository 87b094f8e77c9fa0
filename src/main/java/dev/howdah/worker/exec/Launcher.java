package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns what a design wants to run into what is started, or refuses. Thread-safe. */
final class Launcher {
  /** Where a container finds the directory of the execution. */
  private static final String MOUNTED = "/data";

  /** How an argument begins that names a file of the execution. */
  private static final String PLACEHOLDER = "$DATA";

  private final ExecPolicy policy;
  private final ContainerRuntime containers;
  private final Environment environment;
  private final ExecutionDirectories directories;

  Launcher(
      ExecPolicy policy,
      ContainerRuntime containers,
      Environment environment,
      ExecutionDirectories directories) {
    this.policy = policy;
    this.containers = containers;
    this.environment = environment;
    this.directories = directories;
  }

  Launch local(Program.Local program, ExecSpec spec, String mark) {
    Path executable = policy.program(program.command().get(0));
    Path data = directories.open(spec.execution(), spec.files().inherited());
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    program.command().stream().skip(1).forEach(a -> command.add(placed(a, data.toString())));
    return new Launch(
        command,
        environment.local(spec, data.toString(), mark),
        workingDirectory(spec, data),
        Run.Kind.PROCESS);
  }

  Launch image(Program.Image program, ExecSpec spec, String mark) {
    policy.check(program.image());
    Path client = containers.client();
    Path data = directories.open(spec.execution(), spec.files().inherited());
    List<String> command = new ArrayList<>(List.of(client.toString(), "run", "--rm", "-i"));
    command.addAll(List.of("--name", ContainerRuntime.name(mark)));
    command.addAll(containers.limits(client, mark, spec.timeout()));
    command.addAll(List.of("-v", data + ":" + MOUNTED));
    command.addAll(List.of("-w", mountedDirectory(spec, data)));
    Map<String, String> variables = environment.client(mark);
    Map<String, String> wanted = new TreeMap<>(spec.environment());
    wanted.putAll(Environment.told(spec, MOUNTED));
    wanted.forEach(
        (variable, value) -> {
          command.add("-e");
          if (Environment.isOfClient(variable)) {
            command.add(variable + "=" + value);
          } else {
            // The client takes it from its own environment, where no list of processes shows it.
            command.add(variable);
            variables.put(variable, value);
          }
        });
    command.add(program.image());
    program.arguments().forEach(argument -> command.add(placed(argument, MOUNTED)));
    return new Launch(command, variables, data, Run.Kind.CONTAINER);
  }

  private static String placed(String argument, String data) {
    boolean isPlaced = argument.equals(PLACEHOLDER) || argument.startsWith(PLACEHOLDER + "/");
    return isPlaced ? data + argument.substring(PLACEHOLDER.length()) : argument;
  }

  private static Path workingDirectory(ExecSpec spec, Path data) {
    if (spec.directory().isEmpty()) {
      return data;
    }
    String wanted = spec.directory().get();
    try {
      Path path = Path.of(wanted);
      return path.isAbsolute() ? existing(path) : made(data, path);
    } catch (InvalidPathException e) {
      throw ExecFaults.noDirectory(wanted, e.getMessage());
    }
  }

  private static Path existing(Path path) {
    if (!Files.isDirectory(path)) {
      throw ExecFaults.noDirectory(path.toString(), "there is none of that name on this node");
    }
    return path;
  }

  private static Path made(Path data, Path relative) {
    Path path = data.resolve(relative).normalize();
    if (!path.startsWith(data)) {
      throw ExecFaults.noDirectory(
          relative.toString(), "it leads out of the directory of the execution");
    }
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw ExecFaults.noDirectory(relative.toString(), "it cannot be made (" + e + ")");
    }
  }

  private static String mountedDirectory(ExecSpec spec, Path data) {
    if (spec.directory().isEmpty()) {
      return MOUNTED;
    }
    if (spec.directory().get().startsWith("/")) {
      return spec.directory().get();
    }
    Path inside = data.relativize(workingDirectory(spec, data));
    return inside.toString().isEmpty() ? MOUNTED : MOUNTED + "/" + inside;
  }
}
