package dev.howdah.store;

import java.nio.file.Path;

/**
 * A process that records executions of three steps and prints each id once its commit has returned.
 * Ends when nobody reads it any more.
 */
final class CommitsUntilKilled {
  private CommitsUntilKilled() {}

  public static void main(String[] args) {
    var settings =
        new StoreSettings.Sqlite(Path.of(args[0]), StoreSettings.Synchronous.valueOf(args[1]));
    Journal journal = Store.open(settings).journal();
    for (int i = 0; !System.out.checkError(); i++) {
      String id = "e%08d".formatted(i);
      journal.begin();
      journal.accept(Rows.execution(id));
      for (String path : new String[] {"a", "b", "c"}) {
        journal.step(Rows.step(id, path, StepStatus.COMPLETED, "{\"output\":\"" + id + "\"}"));
      }
      journal.finish(id, ExecutionStatus.COMPLETED, "{}", null, 2_000);
      journal.commit();
      System.out.println(id);
    }
  }
}
