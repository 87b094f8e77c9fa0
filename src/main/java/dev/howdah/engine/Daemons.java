package dev.howdah.engine;

import java.util.concurrent.ThreadFactory;

/** Makes threads that do not keep the process alive. */
public final class Daemons {
  private Daemons() {}

  /** Threads of one name. */
  public static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
