package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.Topics;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.run.RunnerPool;
import dev.howdah.engine.run.StageRunner;
import dev.howdah.engine.transport.Codec;
import dev.howdah.engine.transport.Partitions;
import dev.howdah.engine.transport.Post;
import dev.howdah.engine.transport.TopicReader;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a node without a database: reads the topic of one group, runs the stages, and answers
 * to the work topic. A record is done only when Kafka has its result, so that whatever ends this
 * process another one runs the stage again. Thread-safe.
 */
public final class GroupWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupWork.class);
  private static final long ANSWER_AGAIN_MILLIS = 500;
  private static final long FINISH_MILLIS = 3_000;

  /**
   * Where the group is worked for.
   *
   * @param group the group's name
   * @param node the name of this process in records
   * @param instance the name under which it may come back to its partitions; empty when that name
   *     may be taken by another process
   * @param mostOpen how many polled stages may be open
   */
  public record Place(String group, String node, Optional<String> instance, int mostOpen) {}

  private record Connection(Post post, TopicReader reader, int workPartitions) {
    void close() {
      reader.close();
      post.close();
    }
  }

  private final Place place;
  private final StageRunner runner;
  private final RunnerPool pool;
  private final Function<String, CompletionStage<Void>> ready;
  private final ScheduledExecutorService timer;
  private final Map<String, List<Runnable>> open = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile Connection connection;
  private int running;
  private boolean closing;
  private volatile boolean handedBack;

  /**
   * @param ready completed when the stages of a plan can be run here
   * @param timer sends answers again
   */
  public GroupWork(
      Place place,
      StageRunner runner,
      RunnerPool pool,
      Function<String, CompletionStage<Void>> ready,
      ScheduledExecutorService timer) {
    this.place = place;
    this.runner = runner;
    this.pool = pool;
    this.ready = ready;
    this.timer = timer;
  }

  /**
   * Begins to work for the group, or begins anew with fresh clients when the broker has lost its
   * log. What runs goes on and is answered to the new log. Not to be called by two threads at once.
   *
   * @param boot tells this connection from every other
   * @param workPartitions of the work topic
   */
  public void join(ClusterAccess cluster, String boot, int workPartitions) {
    Connection before = connection;
    if (before != null) {
      before.close();
    }
    String topic = Topics.group(place.group());
    TopicReader reader =
        new TopicReader(
            topic,
            Clients.consumer(cluster, topic, place.node(), place.instance()),
            false,
            this::handle,
            place.mostOpen());
    connection = new Connection(new Post(cluster, boot), reader, workPartitions);
    reader.onDeath(ended::completeExceptionally);
    reader.start();
  }

  /** Completed exceptionally when the group cannot be read any more. */
  public CompletionStage<Void> ended() {
    return ended;
  }

  /** Whether this process is a member of the group. */
  public boolean isMember() {
    Connection current = connection;
    return current != null && current.reader().isMember();
  }

  /** How many stages run. */
  public synchronized int running() {
    return running;
  }

  /** Stops what runs of an execution. */
  public void cancel(String execution) {
    runner.cancel(execution);
  }

  /** Stops the stage of that path. */
  public void cancel(String execution, String path) {
    runner.cancel(execution, path);
  }

  private void handle(ConsumerRecord<String, byte[]> record, Runnable done) {
    Dispatch dispatch;
    try {
      JsonNode message = Codec.read(record.value());
      if (Codec.type(message) != Codec.Type.STAGE) {
        throw new IOException("no stage");
      }
      dispatch = Codec.dispatch(message);
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "A record of {} at {}:{} is no stage; it goes to the dead letters.",
          record.topic(),
          record.partition(),
          record.offset());
      connection
          .post()
          .send(Topics.DEAD_LETTER, 0, record.key(), record.value(), sent -> done.run());
      return;
    }
    if (!opens(dispatch.idempotencyKey(), done)) {
      return;
    }
    ready
        .apply(dispatch.plan())
        .whenComplete((known, failure) -> pool.execute(() -> run(dispatch, failure)));
  }

  /** A stage that was sent twice runs once; both records are done when it is. */
  private boolean opens(String key, Runnable done) {
    boolean[] fresh = new boolean[1];
    open.compute(
        key,
        (k, waiting) -> {
          fresh[0] = waiting == null;
          List<Runnable> all = waiting == null ? new ArrayList<>(1) : waiting;
          all.add(done);
          return all;
        });
    return fresh[0];
  }

  private void run(Dispatch dispatch, Throwable failure) {
    if (!begins()) {
      return;
    }
    if (failure != null) {
      answer(dispatch, runner.failed(dispatch, fault(failure)));
    } else {
      PartialSender partials = new PartialSender(this::send, System::nanoTime);
      runner.run(
          dispatch,
          partials,
          result -> {
            partials.flush();
            answer(dispatch, result);
          });
    }
  }

  /** What does not arrive is not sent again: all of the text comes with the result. */
  private void send(Partial partial) {
    Connection current = connection;
    current
        .post()
        .send(
            Topics.WORK,
            Partitions.of(partial.execution(), current.workPartitions()),
            partial.execution(),
            Codec.partial(partial),
            sent -> {});
  }

  private static Fault fault(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (failure instanceof FaultException fault) {
      return fault.fault();
    }
    return cause instanceof FaultException fault
        ? fault.fault()
        : Fault.retryable("engine.unexpected", Blame.ENGINE, "an unexpected " + cause);
  }

  /** The caller gets what is answered, and the record is done, when Kafka has the answer. */
  private void answer(Dispatch dispatch, StageResult result) {
    Connection current = connection;
    if (handedBack) {
      return;
    }
    current
        .post()
        .send(
            Topics.WORK,
            Partitions.of(result.execution(), current.workPartitions()),
            result.execution(),
            Codec.result(result),
            sent -> answered(dispatch.idempotencyKey()),
            refusal -> answerAgain(dispatch, result, refusal));
  }

  private void answerAgain(Dispatch dispatch, StageResult result, Exception refusal) {
    if (refusal instanceof RecordTooLargeException) {
      Fault tooLarge =
          Fault.rejected(
              "block.output-too-large",
              Blame.DESIGN,
              "the output does not fit into one message (%s); make it smaller, or store it and give on where it is"
                  .formatted(refusal.getMessage()));
      answer(dispatch, runner.failed(dispatch, tooLarge));
      return;
    }
    if (!handedBack) {
      timer.schedule(
          () -> pool.execute(() -> answer(dispatch, result)),
          ANSWER_AGAIN_MILLIS,
          TimeUnit.MILLISECONDS);
    }
  }

  private void answered(String key) {
    List<Runnable> records = open.remove(key);
    if (records != null) {
      records.forEach(Runnable::run);
    }
    ends();
  }

  private synchronized boolean begins() {
    if (closing) {
      return false;
    }
    running++;
    return true;
  }

  private synchronized void ends() {
    running--;
    notifyAll();
  }

  private synchronized void awaitRunning() throws InterruptedException {
    closing = true;
    long deadline = System.nanoTime() + Duration.ofMillis(FINISH_MILLIS).toNanos();
    long left = FINISH_MILLIS;
    while (running > 0 && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }

  /**
   * Finishes what runs, for three seconds at most, and leaves the group; what was not begun or not
   * finished is for the others.
   */
  @Override
  public void close() {
    try {
      awaitRunning();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    handedBack = true;
    Connection last = connection;
    if (last != null) {
      last.close();
    }
  }
}
