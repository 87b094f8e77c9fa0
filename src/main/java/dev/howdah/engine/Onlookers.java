package dev.howdah.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who watch executions as they go. Told on the recorder's thread, or on that of a block that
 * writes, so they must be quick.
 */
final class Onlookers {
  private static final Logger LOG = LoggerFactory.getLogger(Onlookers.class);

  private final Map<String, List<Consumer<Progress>>> byExecution = new ConcurrentHashMap<>();

  /** Watches until the returned is closed. */
  AutoCloseable watch(String execution, Consumer<Progress> onlooker) {
    byExecution.compute(
        execution,
        (id, all) -> {
          List<Consumer<Progress>> onlookers = all == null ? new CopyOnWriteArrayList<>() : all;
          onlookers.add(onlooker);
          return onlookers;
        });
    return () ->
        byExecution.computeIfPresent(
            execution,
            (id, all) -> {
              all.remove(onlooker);
              return all.isEmpty() ? null : all;
            });
  }

  void tell(String execution, Progress progress) {
    List<Consumer<Progress>> onlookers = byExecution.get(execution);
    if (onlookers == null) {
      return;
    }
    for (Consumer<Progress> onlooker : onlookers) {
      try {
        onlooker.accept(progress);
      } catch (RuntimeException e) {
        LOG.debug("An onlooker of {} failed.", execution, e);
      }
    }
  }
}
