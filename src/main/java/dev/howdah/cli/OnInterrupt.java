package dev.howdah.cli;

/** Says something when the process is told to stop, unless it is closed before. */
final class OnInterrupt implements AutoCloseable {
  private final Thread hook;

  private OnInterrupt(Thread hook) {
    this.hook = hook;
  }

  static OnInterrupt say(Runnable words) {
    Thread hook = new Thread(words, "howdah-interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    return new OnInterrupt(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // It is being said.
    }
  }
}
