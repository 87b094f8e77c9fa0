package dev.howdah.engine;

import dev.howdah.engine.record.Event;
import dev.howdah.store.Executions;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Makes a node that shares its database know the open executions that are its to work on: those
 * whose node has gone, and the odd one of which no message came through. For one thread.
 */
final class Adopter {
  private static final int PAGE = 500;

  /** Reading an execution from its rows takes the recorder about a millisecond. */
  private static final int MOST_AT_ONCE = 100;

  private final Executions executions;
  private final Predicate<String> mine;
  private final Consumer<String> openGroups;
  private final Consumer<Event> recorder;
  private String after = "";

  /**
   * @param mine whether this node is the one to work on an execution
   * @param openGroups opens what the executions of a plan need; may block
   */
  Adopter(
      Executions executions,
      Predicate<String> mine,
      Consumer<String> openGroups,
      Consumer<Event> recorder) {
    this.executions = executions;
    this.mine = mine;
    this.openGroups = openGroups;
    this.recorder = recorder;
  }

  /** Adopts whatever there is. */
  void all() {
    after = "";
    do {
      some();
    } while (!after.isEmpty());
  }

  /** Looks at some more of what is open; begins anew at the end. */
  void some() {
    List<Executions.Open> page = executions.openIdsAfter(after, PAGE);
    List<Executions.Open> own = page.stream().filter(open -> mine.test(open.id())).toList();
    own.stream().map(Executions.Open::plan).distinct().forEach(openGroups);
    for (int i = 0; i < own.size(); i += MOST_AT_ONCE) {
      List<Executions.Open> some = own.subList(i, Math.min(own.size(), i + MOST_AT_ONCE));
      recorder.accept(new Events.Adopt(some.stream().map(Executions.Open::id).toList()));
    }
    after = page.size() < PAGE ? "" : page.get(page.size() - 1).id();
  }
}
