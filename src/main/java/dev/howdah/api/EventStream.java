package dev.howdah.api;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Server-sent events of one execution to one reader. A reader who is slower than the execution for
 * too long is hung up on, and may resume. Written on the event loop, told from any thread.
 */
final class EventStream {
  private static final int MOST_EVENTS = 10_000;
  private static final long MOST_BYTES = 16L << 20;
  private static final long KEEP_ALIVE_MILLIS = 15_000;

  private final Context context;
  private final HttpServerResponse response;
  private final String epoch;
  private final Consumer<EventStream> onClose;
  private final Deque<Told> queue = new ArrayDeque<>();
  private final Deque<Told> replay = new ArrayDeque<>();
  private long bytes;
  private boolean started;
  private boolean scheduled;
  private boolean gaveUp;
  private boolean closed;
  private boolean stalled;
  private long keepAlive = -1;

  /**
   * @param onClose told once, on the event loop, when nothing more will be written
   */
  EventStream(
      Context context, HttpServerResponse response, String epoch, Consumer<EventStream> onClose) {
    this.context = context;
    this.response = response;
    this.epoch = epoch;
    this.onClose = onClose;
  }

  /** Tells an event; never blocks. */
  void tell(Told told) {
    synchronized (this) {
      if (closed || gaveUp) {
        return;
      }
      boolean full = queue.size() >= MOST_EVENTS || bytes + told.size() > MOST_BYTES;
      if (full && !queue.isEmpty()) {
        gaveUp = true;
        queue.clear();
      } else {
        queue.add(told);
        bytes += told.size();
      }
    }
    wake();
  }

  /** The reader has missed something; it is hung up on. */
  void giveUp() {
    synchronized (this) {
      gaveUp = true;
      queue.clear();
    }
    wake();
  }

  private void wake() {
    synchronized (this) {
      if (!started || scheduled) {
        return;
      }
      scheduled = true;
    }
    context.runOnContext(nothing -> write());
  }

  /**
   * Begins to write: what was recorded, then what is told.
   *
   * @param recorded in the order of numbers
   */
  void start(List<Told> recorded) {
    if (response.closed()) {
      close();
      return;
    }
    response.closeHandler(gone -> close());
    response
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-cache")
        .putHeader("X-Accel-Buffering", "no")
        .setChunked(true)
        .write(": the events of an execution\n\n");
    keepAlive = context.owner().setPeriodic(KEEP_ALIVE_MILLIS, tick -> keepAlive());
    synchronized (this) {
      Map<Long, Told> merged = new TreeMap<>();
      recorded.forEach(told -> merged.put(told.number(), told));
      queue.forEach(told -> merged.put(told.number(), told));
      replay.addAll(merged.values());
      queue.clear();
      bytes = 0;
      started = true;
    }
    write();
  }

  private void write() {
    synchronized (this) {
      scheduled = false;
    }
    while (!isClosed()) {
      if (hasGivenUp()) {
        response.reset();
        close();
        return;
      }
      if (response.writeQueueFull()) {
        response.drainHandler(drained -> write());
        return;
      }
      Told told = next();
      if (told == null) {
        return;
      }
      stalled = false;
      response.write(told.text(epoch));
      if (told.isEnd()) {
        response.end();
        close();
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized boolean hasGivenUp() {
    return gaveUp;
  }

  private synchronized Told next() {
    Told told = replay.poll();
    if (told == null) {
      told = queue.poll();
      bytes -= told == null ? 0 : told.size();
    }
    return told;
  }

  /** A reader who takes nothing between two of these has gone without saying so. */
  private void keepAlive() {
    if (!response.writeQueueFull()) {
      stalled = false;
      response.write(": keep-alive\n\n");
    } else if (stalled) {
      giveUp();
    } else {
      stalled = true;
    }
  }

  /** Nothing more is written; on the event loop. The response is left as it is. */
  void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      queue.clear();
      replay.clear();
    }
    if (keepAlive >= 0) {
      context.owner().cancelTimer(keepAlive);
    }
    onClose.accept(this);
  }
}
