package dev.howdah;

/** Entry point: wires the parts together and does nothing else. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(0);
  }
}
