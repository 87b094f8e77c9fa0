package dev.howdah.engine;

import dev.howdah.engine.record.Event;
import dev.howdah.engine.record.Recording;
import dev.howdah.engine.transport.Partitions;
import dev.howdah.fault.FaultException;
import dev.howdah.store.Store;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine does by itself, again and again: it fires timers, looks for what was lost, and
 * among several nodes for what others have left or ended. Thread-safe.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final long LOOK_AHEAD_MILLIS = 15_000;
  private static final long SHARED_LOOK_AHEAD_MILLIS = 2_000;

  /** Everything that reads the database or asks the broker, so that no timer fires late for it. */
  private final ScheduledExecutorService slow =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("howdah-housekeeping"));

  private final ScheduledExecutorService timer;
  private final Store store;
  private final Groups groups;
  private final DueTimers timers;
  private final Sweeper sweeper;
  private final Adopter adopter;
  private final ForeignEndings foreignEndings;
  private final int workPartitions;
  private final InstantSource clock;
  private final Consumer<Event> recorder;

  /**
   * @param timer fires what is due; stays open
   * @param recorder takes what happens
   */
  Housekeeping(
      ScheduledExecutorService timer,
      Store store,
      Groups groups,
      DueTimers timers,
      Sweeper sweeper,
      Adopter adopter,
      ForeignEndings foreignEndings,
      int workPartitions,
      InstantSource clock,
      Consumer<Event> recorder) {
    this.timer = timer;
    this.store = store;
    this.groups = groups;
    this.timers = timers;
    this.sweeper = sweeper;
    this.adopter = adopter;
    this.foreignEndings = foreignEndings;
    this.workPartitions = workPartitions;
    this.clock = clock;
    this.recorder = recorder;
  }

  void begin() {
    timer.scheduleWithFixedDelay(guarded(this::fireTimers), 5, 5, TimeUnit.MILLISECONDS);
    slow.scheduleWithFixedDelay(
        guarded(this::lookAhead), 0, store.shared() ? 200 : 5_000, TimeUnit.MILLISECONDS);
    slow.scheduleWithFixedDelay(guarded(sweeper::sweep), 1, 1, TimeUnit.SECONDS);
    slow.scheduleWithFixedDelay(
        () -> recorder.accept(Recording::forgetKeys), 1, 10, TimeUnit.MINUTES);
    if (store.shared()) {
      slow.scheduleWithFixedDelay(guarded(adopter::some), 1, 1, TimeUnit.SECONDS);
      slow.scheduleWithFixedDelay(guarded(this::serveGroups), 0, 2, TimeUnit.SECONDS);
    }
  }

  /** Another node may have worked on the executions of these partitions, and left some behind. */
  void takeOver(Set<Integer> partitions) {
    recorder.accept(
        recording ->
            recording.forget(id -> partitions.contains(Partitions.of(id, workPartitions))));
    timers.forget();
    slow.execute(guarded(this::lookAhead));
    slow.execute(guarded(adopter::all));
  }

  private void serveGroups() {
    try {
      groups.serveAll();
    } catch (FaultException e) {
      LOG.debug("The broker does not tell which groups there are.", e);
    }
  }

  private void fireTimers() {
    for (DueTimers.Due due : timers.take(clock.millis())) {
      recorder.accept(new Events.TimerDue(due.execution(), due.path(), due.kind(), due.attempt()));
    }
  }

  /** Among several nodes others may set timers of this one's executions, so it looks often. */
  private void lookAhead() {
    if (store.shared()) {
      foreignEndings.look();
    }
    long now = clock.millis();
    long until = now + (store.shared() ? SHARED_LOOK_AHEAD_MILLIS : LOOK_AHEAD_MILLIS);
    timers.looking(now, until);
    store.timers().due(until, Integer.MAX_VALUE).forEach(timers::found);
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("A periodic task failed and runs again at its next turn.", e);
      }
    };
  }

  /** Stops all but the timers, which end with their executor. */
  @Override
  public void close() {
    slow.shutdownNow();
  }
}
