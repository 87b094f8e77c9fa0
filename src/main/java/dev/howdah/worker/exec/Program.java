package dev.howdah.worker.exec;

import java.util.List;

/** What is to be run: arguments as they are, which no shell ever sees. */
public sealed interface Program {

  /**
   * A program of this machine.
   *
   * @param command the program, as an absolute path or as a name that is looked for, and its
   *     arguments
   */
  record Local(List<String> command) implements Program {
    public Local {
      command = List.copyOf(command);
      if (command.isEmpty() || command.get(0).isBlank()) {
        throw ExecFaults.invalid("the command is empty; give a program and its arguments");
      }
    }

    @Override
    public String label() {
      return command.get(0);
    }

    @Override
    public Launch launch(Launcher launcher, ExecSpec spec, String mark) {
      return launcher.local(this, spec, mark);
    }
  }

  /**
   * A container image.
   *
   * @param image such as {@code registry/name:tag}
   * @param arguments what the image is given; its own default if there are none
   */
  record Image(String image, List<String> arguments) implements Program {
    public Image {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String label() {
      return image;
    }

    @Override
    public Launch launch(Launcher launcher, ExecSpec spec, String mark) {
      return launcher.image(this, spec, mark);
    }
  }

  /** What messages call it. */
  String label();

  /**
   * How it is started.
   *
   * @param mark tells this run from all others
   */
  Launch launch(Launcher launcher, ExecSpec spec, String mark);
}
