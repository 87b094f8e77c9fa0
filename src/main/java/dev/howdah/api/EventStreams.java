package dev.howdah.api;

import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens streams of executions: of those there are, and of those about to be started. */
final class EventStreams {
  private final EventLogs logs;

  /** A stream that listens; nothing is written before {@link #start}. */
  record Opened(EventStream stream, List<Told> recorded) {
    /** Begins to write, on the event loop. */
    void start() {
      stream.start(recorded);
    }
  }

  EventStreams(EventLogs logs) {
    this.logs = logs;
  }

  /** The execution whose stream an event's id was told in, as long as that is known. */
  Optional<String> execution(String eventId) {
    return logs.execution(Told.epoch(eventId));
  }

  /**
   * A stream of an execution about to be started under this id, which misses nothing of it. Never
   * blocks.
   *
   * @param closed told once, on the event loop, when nothing more will be written
   */
  EventStream ofNew(
      Context loop,
      HttpServerResponse response,
      String execution,
      Plan plan,
      Consumer<EventStream> closed) {
    return attached(loop, response, execution, logs.acquireNew(execution, plan), closed);
  }

  /**
   * A stream of an execution. Blocks.
   *
   * @param last the id of the event it begins behind; null to begin at the beginning
   * @param closed as in {@link #ofNew}
   * @throws dev.howdah.fault.FaultException {@code execution.unknown}
   */
  Opened of(
      Context loop,
      HttpServerResponse response,
      String execution,
      String last,
      Consumer<EventStream> closed) {
    ExecutionRow row = logs.row(execution);
    EventLog log = logs.acquire(row);
    EventStream stream = attached(loop, response, execution, log, closed);
    try {
      return new Opened(stream, logs.recorded(execution, log, Told.number(last, log.epoch())));
    } catch (RuntimeException e) {
      log.detach(stream);
      logs.release(execution);
      throw e;
    }
  }

  private EventStream attached(
      Context loop,
      HttpServerResponse response,
      String execution,
      EventLog log,
      Consumer<EventStream> closed) {
    EventStream stream =
        new EventStream(
            loop,
            response,
            log.epoch(),
            self -> {
              log.detach(self);
              logs.release(execution);
              closed.accept(self);
            });
    log.attach(stream);
    return stream;
  }
}
