package dev.howdah.engine;

import dev.howdah.engine.record.Endings;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.Executions;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds executions that somebody waits for here and that ended at another node, whose rows tell.
 * For one thread.
 */
final class ForeignEndings {
  private static final int MOST_IDS = 200;

  /** An execution of this node ends elsewhere only by exception, so that is looked for less. */
  private static final int LOOKS_PER_FULL_LOOK = 25;

  private final Executions executions;
  private final Waiters waiters;
  private final Predicate<String> mine;
  private int looks;

  /**
   * @param mine whether this node is the one to work on an execution
   */
  ForeignEndings(Executions executions, Waiters waiters, Predicate<String> mine) {
    this.executions = executions;
    this.waiters = waiters;
    this.mine = mine;
  }

  /** Tells those who wait what has ended since. */
  void look() {
    boolean all = looks++ % LOOKS_PER_FULL_LOOK == 0;
    List<String> asked = waiters.executions().stream().filter(id -> all || !mine.test(id)).toList();
    for (int i = 0; i < asked.size(); i += MOST_IDS) {
      List<String> some = asked.subList(i, Math.min(asked.size(), i + MOST_IDS));
      for (ExecutionRow row : executions.ended(some)) {
        Endings.of(row).ifPresent(ending -> waiters.ended(row.id(), ending));
      }
    }
  }
}
