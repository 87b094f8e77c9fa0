package dev.howdah.node;

/** Makes threads that do not keep the process alive. */
final class Daemons {
  private Daemons() {}

  static Thread timer(Runnable task) {
    Thread thread = new Thread(task, "howdah-timer");
    thread.setDaemon(true);
    return thread;
  }
}
