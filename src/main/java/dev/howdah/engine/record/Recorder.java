package dev.howdah.engine.record;

import dev.howdah.fault.FaultException;
import dev.howdah.store.CommitResult;
import dev.howdah.store.Journal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what happens to executions: one thread, one transaction for all events that have come in
 * while the one before was written. Nothing leaves this node before it is committed.
 */
public final class Recorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
  private static final int MOST_EVENTS = 256;
  private static final long RETRY_MILLIS = 500;

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Journal journal;
  private final RecorderSettings settings;
  private final Outbox outbox;
  private final InstantSource clock;
  private final FlowCache flows;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final LongAdder commits = new LongAdder();
  private final LongAdder conflicts = new LongAdder();
  private volatile boolean closing;

  public Recorder(Journal journal, RecorderSettings settings, Outbox outbox, InstantSource clock) {
    this.journal = journal;
    this.settings = settings;
    this.outbox = outbox;
    this.clock = clock;
    this.flows = new FlowCache(settings.flowsAtHand());
    this.thread = new Thread(this::run, "howdah-recorder");
  }

  public void start() {
    thread.start();
  }

  /** Records an event soon. Any thread. */
  public void offer(Event event) {
    events.add(event);
  }

  /** How many events wait. */
  public int backlog() {
    return events.size();
  }

  public long commits() {
    return commits.sum();
  }

  /** Step rows that were there already. Zero as long as nothing was delivered twice. */
  public long conflicts() {
    return conflicts.sum();
  }

  /** Records what has been offered and stops. */
  @Override
  public void close() {
    closing = true;
    events.add(recording -> {});
    try {
      if (!stopped.await(10, TimeUnit.SECONDS)) {
        LOG.warn(
            "The recorder did not stop in time; what it holds is recovered at the next start.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Event> batch = new ArrayList<>(MOST_EVENTS);
    try {
      while (!closing || !events.isEmpty()) {
        batch.clear();
        batch.add(events.take());
        events.drainTo(batch, MOST_EVENTS - 1);
        record(batch);
      }
    } catch (InterruptedException e) {
      LOG.warn("The recorder was interrupted; what it holds is recovered at the next start.");
    } finally {
      stopped.countDown();
    }
  }

  private void record(List<Event> batch) throws InterruptedException {
    Recording recording = new Recording(journal, flows, settings, outbox, clock);
    try {
      journal.begin();
      for (Event event : batch) {
        event.apply(recording);
        // Of an execution without rows nothing may have been written.
        recording.written();
      }
      CommitResult result = journal.commit();
      commits.increment();
      conflicts.add(result.stepConflicts());
    } catch (RuntimeException e) {
      rollBack(recording);
      again(batch, e);
      return;
    }
    try {
      recording.committed();
    } catch (RuntimeException e) {
      LOG.error("What is recorded could not be acted on; the sweeper will.", e);
    }
  }

  private void rollBack(Recording recording) {
    recording.rolledBack();
    try {
      journal.rollback();
    } catch (RuntimeException e) {
      LOG.warn("The transaction could not be rolled back: {}", e.getMessage());
    }
  }

  /**
   * One event that cannot be recorded must not keep the others from it; nor must those that two
   * nodes record at once in opposite orders, which one by one have no order.
   */
  private void again(List<Event> batch, RuntimeException cause) throws InterruptedException {
    boolean passing = cause instanceof FaultException fault && fault.fault().retryable();
    boolean contended =
        cause instanceof FaultException fault && fault.fault().code().equals("store.contended");
    if ((!passing || contended) && batch.size() > 1) {
      for (Event event : batch) {
        record(List.of(event));
      }
      return;
    }
    LOG.error(
        "{} could not be recorded{}: {}",
        batch.size() == 1 ? "An event" : batch.size() + " events",
        passing ? " and will be tried again" : "",
        cause.getMessage(),
        passing ? null : cause);
    for (Event event : batch) {
      if (event.retry(cause) && passing) {
        events.add(event);
      }
    }
    if (passing && !closing) {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    }
  }
}
