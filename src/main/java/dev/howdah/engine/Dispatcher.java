package dev.howdah.engine;

import dev.howdah.block.spi.Placement;
import dev.howdah.broker.Clients;
import dev.howdah.design.Block;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.engine.record.Outbox;
import dev.howdah.engine.run.RunnerPool;
import dev.howdah.engine.run.StageRunner;
import dev.howdah.engine.transport.Codec;
import dev.howdah.engine.transport.Control;
import dev.howdah.engine.transport.Partitions;
import dev.howdah.engine.transport.Post;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the recorder has committed. A stage always goes to Kafka; when this node reads its
 * partition, it starts on it at once instead of waiting to poll it, and drops the record later.
 */
final class Dispatcher implements Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** Less than a record may have, to leave room for its frame. */
  private static final int MOST_BYTES = Clients.MAX_MESSAGE_BYTES - (64 << 10);

  private final Groups groups;
  private final Post post;
  private final Control control;
  private final StageRunner runner;
  private final RunnerPool pool;
  private final DueTimers timers;
  private final Waiters waiters;
  private final Onlookers onlookers;
  private final Consumer<dev.howdah.engine.record.Event> recorder;
  private final Predicate<String> mine;
  private final Predicate<StageResult> unrecorded;
  private final Balancer balancer;
  private final ExecutorService placer =
      Executors.newSingleThreadExecutor(Daemons.named("howdah-placer"));
  private final Set<String> placing = ConcurrentHashMap.newKeySet();
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
  private final Map<String, RecordMetadata> sent = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private volatile boolean stopping;
  private volatile boolean deaf;

  /**
   * @param mine whether this node is the one to work on an execution, and not another
   * @param unrecorded takes a result for an execution that no row tells of; false for any other
   * @param balancer picks workers where a stage asks for that
   */
  Dispatcher(
      Groups groups,
      Post post,
      Control control,
      StageRunner runner,
      RunnerPool pool,
      DueTimers timers,
      Waiters waiters,
      Onlookers onlookers,
      Consumer<dev.howdah.engine.record.Event> recorder,
      Predicate<String> mine,
      Predicate<StageResult> unrecorded,
      Balancer balancer,
      InstantSource clock) {
    this.groups = groups;
    this.post = post;
    this.control = control;
    this.runner = runner;
    this.pool = pool;
    this.timers = timers;
    this.waiters = waiters;
    this.onlookers = onlookers;
    this.recorder = recorder;
    this.mine = mine;
    this.unrecorded = unrecorded;
    this.balancer = balancer;
    this.clock = clock;
  }

  @Override
  public void send(Dispatch dispatch) {
    Groups.Group group = groups.of(dispatch.group());
    if (dispatch.placement().isPresent()) {
      place(group, dispatch, dispatch.placement().get());
    } else {
      send(group, Partitions.of(dispatch.execution(), group.partitions()), dispatch);
    }
    onlookers.tell(dispatch.execution(), new Progress.Sent(dispatch));
  }

  /** Picking a worker may ask the broker, which whoever dispatches must not wait for. */
  private void place(Groups.Group group, Dispatch dispatch, Placement placement) {
    String key = dispatch.idempotencyKey();
    if (!placing.add(key)) {
      return;
    }
    try {
      placer.execute(
          () -> {
            try {
              send(group, balancer.place(group, dispatch, placement), dispatch);
            } catch (FaultException e) {
              fail(dispatch, e.fault());
            } finally {
              placing.remove(key);
            }
          });
    } catch (RejectedExecutionException e) {
      // The node stops; the stage is sent again after the next start.
      placing.remove(key);
    }
  }

  private void send(Groups.Group group, int partition, Dispatch dispatch) {
    if (group.isOwned(partition) && !stopping) {
      handOver(group, partition, dispatch);
    } else {
      byte[] message = Codec.stage(dispatch);
      if (isTooLarge(dispatch, message)) {
        return;
      }
      post.send(
          group.topic(),
          partition,
          dispatch.execution(),
          message,
          metadata -> sent.put(dispatch.idempotencyKey(), metadata));
    }
  }

  @Override
  public void sendAgain(Dispatch dispatch) {
    if (!isInFlight(dispatch.idempotencyKey())) {
      send(dispatch);
    }
  }

  /** Sends a stage again that is nowhere to be found. */
  void sendLost(Dispatch dispatch) {
    LOG.warn(
        "{} of {} got lost on the way to group {} and is sent again.",
        dispatch.path(),
        dispatch.execution(),
        dispatch.group());
    sendAgain(dispatch);
  }

  private void handOver(Groups.Group group, int partition, Dispatch dispatch) {
    if (inFlight.add(dispatch.idempotencyKey())) {
      pool.execute(
          () -> {
            byte[] message = Codec.stage(dispatch);
            if (isTooLarge(dispatch, message)) {
              return;
            }
            post.handedOver(group.topic(), partition, dispatch.execution(), message);
            runner.run(dispatch, this::tell, result -> record(result, () -> {}));
          });
    }
  }

  /** What no message can carry fails its stage at once, wherever that would have run. */
  private boolean isTooLarge(Dispatch dispatch, byte[] message) {
    if (message.length <= MOST_BYTES) {
      return false;
    }
    String block = dispatch.path().substring(dispatch.path().lastIndexOf('/') + 1);
    Fault fault =
        Fault.rejected(
            "block.input-too-large",
            Blame.DESIGN,
            "the message to block %s has %d bytes, and a message carries at most %d; pass a reference to the data instead"
                .formatted(block, message.length, MOST_BYTES));
    fail(dispatch, fault);
    return true;
  }

  /** Lets a stage fail that was sent, or could not be. */
  void fail(Dispatch dispatch, Fault fault) {
    String block = dispatch.path().substring(dispatch.path().lastIndexOf('/') + 1);
    StepResult failed = new StepResult.Failed(block, clock.millis(), 0, fault);
    record(
        new StageResult(
            dispatch.execution(), dispatch.path(), dispatch.attempt(), "", List.of(failed)),
        () -> {});
  }

  /** Hands nothing over any more; what follows goes to Kafka and waits there. */
  void stopHandingOver() {
    stopping = true;
    placer.shutdown();
  }

  /** Takes no more results; what still runs is run again after the next start. */
  void stopListening() {
    deaf = true;
  }

  /**
   * Runs a stage that was polled.
   *
   * @param done run when its result is recorded
   * @return false when this node runs it already
   */
  boolean runPolled(Dispatch dispatch, Runnable done) {
    if (stopping || !inFlight.add(dispatch.idempotencyKey())) {
      return false;
    }
    pool.execute(() -> runner.run(dispatch, this::tell, result -> record(result, done)));
    return true;
  }

  private void record(StageResult result, Runnable done) {
    if (deaf) {
      return;
    }
    if (unrecorded.test(result)) {
      settled(result.execution(), result.path(), result.attempt());
      done.run();
      return;
    }
    if (mine.test(result.execution())) {
      recordHere(result, done);
      return;
    }
    // Whoever works on the execution knows it best. When it cannot be told, the rows can.
    sendWork(
        result.execution(),
        Codec.result(result),
        () -> {
          settled(result.execution(), result.path(), result.attempt());
          done.run();
        },
        () -> recordHere(result, done));
  }

  private void recordHere(StageResult result, Runnable done) {
    recorder.accept(new Events.Result(result, done, this));
  }

  private void sendWork(String execution, byte[] message, Runnable sent, Runnable failed) {
    Groups.Group work = groups.of(Block.DEFAULT_GROUP);
    post.send(
        work.topic(),
        Partitions.of(execution, work.partitions()),
        execution,
        message,
        metadata -> sent.run(),
        failure -> failed.run());
  }

  /**
   * Whether this node runs attempts of executions of some partitions.
   *
   * @param all how many partitions there are
   */
  boolean isBusy(Set<Integer> partitions, int all) {
    return inFlight.stream()
        .anyMatch(
            key -> partitions.contains(Partitions.of(key.substring(0, key.indexOf(':')), all)));
  }

  /** Whether this node runs an attempt of a stage. */
  boolean isInFlight(String execution, String path, int attempt) {
    return inFlight.contains(Dispatch.idempotencyKey(execution, path, attempt));
  }

  /** Whether this node runs that attempt at the moment, or is about to send it. */
  boolean isInFlight(String key) {
    return inFlight.contains(key) || placing.contains(key);
  }

  /**
   * Where a message that other processes wait for was put; empty when this boot did not send it.
   */
  Optional<RecordMetadata> sentTo(String key) {
    return Optional.ofNullable(sent.get(key));
  }

  @Override
  public void settled(String execution, String path, int attempt) {
    String key = Dispatch.idempotencyKey(execution, path, attempt);
    inFlight.remove(key);
    sent.remove(key);
    balancer.settled(execution, key);
  }

  @Override
  public void timer(String execution, Decision.Timer timer) {
    timers.set(execution, timer);
  }

  @Override
  public void recorded(Flow flow, Decision decision) {
    for (Decision.Step step : decision.steps()) {
      onlookers.tell(flow.subject().id(), new Progress.Recorded(step));
    }
    for (Decision.Unwanted stage : decision.unwanted()) {
      stop(flow.subject().id(), stage);
    }
  }

  private void stop(String execution, Decision.Unwanted stage) {
    stopHere(execution, stage.path());
    if (!stage.group().equals(Block.DEFAULT_GROUP)) {
      control.cancel(execution, stage.path());
    } else if (!mine.test(execution)) {
      sendWork(execution, Codec.stop(execution, stage.path()), () -> {}, () -> {});
    }
  }

  /** Stops what runs here of a stage. */
  void stopHere(String execution, String path) {
    runner.cancel(execution, path);
  }

  @Override
  public void ended(Flow flow, Ending ending) {
    String execution = flow.subject().id();
    onlookers.tell(execution, new Progress.Ended(ending));
    waiters.ended(execution, ending);
    balancer.ended(execution);
    if (!mine.test(execution)) {
      // To whoever works on it this says: stop, it has ended.
      sendWork(execution, Codec.cancel(execution, "it has ended"), () -> {}, () -> {});
    }
    if (!(ending instanceof Ending.Completed)) {
      runner.cancel(execution);
      boolean elsewhere =
          flow.plan().groups().stream().anyMatch(g -> !g.equals(Block.DEFAULT_GROUP));
      if (elsewhere) {
        control.cancel(execution);
      }
    }
  }

  @Override
  public void childEnded(String parent, String path, String child, Ending ending) {
    Runnable here = () -> recorder.accept(new Events.ChildEnded(parent, path, child, ending));
    if (mine.test(parent)) {
      here.run();
    } else {
      sendWork(parent, Codec.child(parent, path, child), () -> {}, here);
    }
  }

  @Override
  public void childFailed(String parent, String path, String child, Fault fault) {
    recorder.accept(new Events.ChildEnded(parent, path, child, new Ending.Failed("", fault)));
  }

  @Override
  public void cancel(String execution, String reason) {
    recorder.accept(new Events.Cancel(execution, reason, false, cancelled -> {}));
  }

  int inFlight() {
    return inFlight.size();
  }

  void tell(Partial partial) {
    onlookers.tell(partial.execution(), new Progress.Told(partial));
  }
}
