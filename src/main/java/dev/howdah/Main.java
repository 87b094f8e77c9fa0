package dev.howdah;

import dev.howdah.cli.HowdahCommand;

/** Entry point: hands the arguments to the command line. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(HowdahCommand.execute(args));
  }
}
