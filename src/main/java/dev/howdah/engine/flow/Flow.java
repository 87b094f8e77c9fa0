package dev.howdah.engine.flow;

import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The state of one execution: which tokens its connections carry, which blocks run, what comes
 * next.
 *
 * <p>Pure: an event goes in, a {@link Decision} comes out, and nothing happens but that. The same
 * rows always give the same state, so that any node can go on from the database alone. An event
 * that was seen before gives an empty decision. Not thread-safe.
 */
public final class Flow {
  /** What the row of a finished step holds besides, if anything; see {@link StepResult.Done}. */
  public static final String META = "meta";

  private final Course course;
  private final Closings closings;
  private final Settling settling;
  private final Containers containers;
  private final Suspending suspending;
  private final Recall recall;
  private final Results results;
  private final Standing standing;

  /** Lets a block run that has all its tokens. */
  private Consumer<Place> running = this::run;

  private Boolean outstanding;

  /**
   * An execution that has not begun.
   *
   * @param ids gives ids of child executions
   * @param random uniform in [0, 1), for the jitter of retries
   */
  public Flow(Subject subject, Plan plan, Supplier<String> ids, DoubleSupplier random) {
    this(new Course(subject, plan, false), ids, random);
  }

  private Flow(Course course, Supplier<String> ids, DoubleSupplier random) {
    this.course = course;
    this.closings = new Closings(course);
    this.settling = new Settling(course, new Tokens(course), closings);
    this.containers = new Containers(course, settling, closings);
    this.suspending = new Suspending(course, settling, containers, ids);
    this.recall = new Recall(course, settling, containers, closings);
    this.results = new Results(course, settling, suspending, recall, random);
    this.standing = new Standing(course);
  }

  /**
   * An execution as its rows tell.
   *
   * @param steps all recorded steps, in any order
   * @param retries due times of pending retries and sleeps in epoch milliseconds, by step path
   */
  public static Flow restore(
      Subject subject,
      Plan plan,
      Supplier<String> ids,
      DoubleSupplier random,
      Collection<RecordedStep> steps,
      Map<String, Long> retries,
      long now) {
    Flow flow = new Flow(subject, plan, ids, random);
    Recollection recollection = Recollection.of(steps, retries);
    flow.course.decided.putAll(recollection.byHand());
    flow.begin(now, "");
    flow.goThrough(recollection, place -> flow.recall.recall(place, recollection));
    return flow;
  }

  /**
   * What each step of an execution got as its input, by path; told from the rows, since inputs are
   * not recorded.
   *
   * @param steps all recorded steps, in any order
   */
  public static Map<String, Value> inputs(
      Subject subject, Plan plan, Collection<RecordedStep> steps) {
    Flow flow = new Flow(new Course(subject, plan, true), () -> "", () -> 0);
    Recollection recollection = Recollection.of(steps, Map.of());
    Map<String, Value> inputs = new HashMap<>();
    flow.goThrough(
        recollection,
        place -> {
          inputs.put(place.path(), Messages.input(place.scope(), place.block().node));
          return flow.recall.retrace(place, recollection);
        });
    return inputs;
  }

  /** Begins the design with blocks that are recalled, which those run that are not recorded. */
  private void goThrough(Recollection recollection, Predicate<Place> recalled) {
    course.recalling = !recollection.isEmpty();
    running =
        place -> {
          if (!recalled.test(place)) {
            send(place);
          }
        };
    course.enterRoot();
    settle();
    running = this::run;
    course.recalling = false;
  }

  public Subject subject() {
    return course.subject;
  }

  public Plan plan() {
    return course.plan;
  }

  public boolean isEnded() {
    return course.isEnded();
  }

  // ---- what happens

  /** Begins the execution. */
  public Decision start(long at) {
    begin(at, "");
    long deadlineAt = course.subject.deadlineAt();
    if (deadlineAt != Long.MAX_VALUE) {
      course.timer("", TimerKind.DEADLINE, 1, deadlineAt);
    }
    course.enterRoot();
    return settle();
  }

  /**
   * What a {@link #restore restored} flow came to by itself: its ending, when the rows hold the
   * whole execution and only the ending is missing.
   */
  public Decision restored() {
    return course.turn.decision;
  }

  /** Whether a result of this attempt is still wanted. */
  public boolean awaits(String path, int attempt) {
    return awaited(path, attempt).isPresent();
  }

  private Optional<Place> awaited(String path, int attempt) {
    return course
        .find(path)
        .filter(place -> place.block().phase == Phase.RUNNING)
        .filter(place -> place.block().attempt == attempt);
  }

  /** Takes the result of a stage. */
  public Decision apply(StageResult result, long at) {
    begin(at, result.node());
    awaited(result.path(), result.attempt()).ifPresent(head -> results.take(head, result));
    return settle();
  }

  /** A timer of this execution is due. */
  public Decision timerFired(String path, TimerKind kind, int attempt, long at) {
    begin(at, "");
    switch (kind) {
      case DEADLINE -> pastDeadline();
      case TIMEOUT -> course.find(path).ifPresent(place -> timeOut(place, attempt));
      case RETRY -> course.find(path).ifPresent(place -> retry(place, attempt));
      case SLEEP -> course.find(path).ifPresent(place -> wake(place, attempt));
      case PROMISE, GATHERING -> {}
    }
    return settle();
  }

  private void pastDeadline() {
    Duration took = Duration.ofMillis(course.turn.now - course.subject.startedAt());
    settling.end(
        new Ending.Failed(
            "",
            Fault.rejected(
                "execution.deadline",
                Blame.DESIGN,
                "the execution was not done within its timeout; it has run for %d s"
                    .formatted(took.toSeconds()))));
  }

  private void timeOut(Place place, int attempt) {
    BlockState block = place.block();
    if (block.phase == Phase.CONDUCTING && block.attempt == attempt) {
      containers.tooLate(place);
    } else if (block.phase == Phase.SUSPENDED && block.attempt == attempt) {
      suspending.tooLate(place);
    }
  }

  private void retry(Place place, int attempt) {
    BlockState block = place.block();
    if (block.phase == Phase.RETRYING && block.attempt == attempt) {
      course.drop(place.path(), TimerKind.RETRY, attempt);
      course.dispatch(place);
    }
  }

  private void wake(Place place, int attempt) {
    BlockState block = place.block();
    if (block.phase == Phase.SUSPENDED && block.suspension instanceof Suspension.Sleep) {
      course.drop(place.path(), TimerKind.SLEEP, attempt);
      settling.complete(place, Messages.input(place.scope(), block.node));
    }
  }

  /** A child execution that a step waits for has ended. */
  public Decision childEnded(String path, String child, Ending ending, long at) {
    Suspension on = new Suspension.Child(child);
    if (ending instanceof Ending.Completed completed) {
      return resume(path, on, completed.result(), at);
    }
    if (ending instanceof Ending.Failed failed) {
      Fault fault = failed.fault();
      String message = "in %s %s: %s".formatted(child, failed.path(), fault.message());
      return resume(path, on, Fault.rejected(fault.code(), fault.blame(), message), at);
    }
    String message = "execution " + child + " was cancelled";
    return resume(path, on, Fault.rejected("execution.child-cancelled", Blame.CALLER, message), at);
  }

  /** What a step waits for has come; nothing happens when it does not wait for that. */
  public Decision resume(String path, Suspension on, Value output, long at) {
    begin(at, "");
    suspended(path, on).ifPresent(place -> settling.complete(place, output));
    return settle();
  }

  /** What a step waits for has failed; nothing happens when it does not wait for that. */
  public Decision resume(String path, Suspension on, Fault fault, long at) {
    begin(at, "");
    suspended(path, on).ifPresent(place -> settling.fail(place, fault));
    return settle();
  }

  private Optional<Place> suspended(String path, Suspension on) {
    return course
        .find(path)
        .filter(place -> place.block().phase == Phase.SUSPENDED)
        .filter(place -> place.block().suspension.equals(on));
  }

  /**
   * Ends the execution because somebody asked for it, once what it has begun is undone that says
   * how.
   */
  public Decision cancel(String reason, long at) {
    begin(at, "");
    settling.end(new Ending.Cancelled(reason));
    return settle();
  }

  /** Ends the execution at once because somebody asked for it; nothing is undone. */
  public Decision cancelAtOnce(String reason, long at) {
    begin(at, "");
    if (!course.isEnded()) {
      course.end(new Ending.Cancelled(reason));
    }
    return course.turn.decision;
  }

  // ---- how it stands

  /** Every stage that was sent and has no result yet. */
  public List<Dispatch> outstanding() {
    return standing.outstanding();
  }

  /** The one outstanding stage of that path, as it is to be sent. */
  public Optional<Dispatch> outstanding(String path) {
    return standing.outstanding(path);
  }

  /** Why the execution is not done, a reason per open step. */
  public List<Waiting> waitingFor() {
    return standing.waitingFor();
  }

  /** What steps wait for without a worker being at it, by step path. */
  public Map<String, Suspension> suspensions() {
    return standing.suspensions();
  }

  /** How the execution ends once what it has begun is undone; empty while it is not for that. */
  public Optional<Ending> endingSoon() {
    return course.endingSoon();
  }

  /** What one step waits for without a worker being at it. */
  public Optional<Suspension> suspension(String path) {
    return standing.suspension(path);
  }

  /**
   * Whether any stage may have been sent that has no result, as of {@link #lastEventAt}. Cheap when
   * asked again and again.
   */
  public boolean hasOutstanding() {
    if (outstanding == null) {
      outstanding = !outstanding().isEmpty();
    }
    return outstanding;
  }

  /** When something last happened, in epoch milliseconds. */
  public long lastEventAt() {
    return course.turn.now;
  }

  // ---- the course of an event

  private void begin(long at, String runner) {
    outstanding = null;
    course.begin(at, runner);
  }

  /** Looks at whatever has become ready, until nothing is left to do. */
  private Decision settle() {
    do {
      for (Place place = course.next(); place != null; place = course.next()) {
        switch (place.block().phase) {
          case RUNNING -> running.accept(place);
          case SKIPPED -> settling.skip(place);
          case CONDUCTING -> containers.conduct(place);
          default -> throw new IllegalStateException(place.path() + " is " + place.block().phase);
        }
      }
    } while (closes());
    return course.turn.decision;
  }

  /** Closes what has been put off, if anything; something may follow from it. */
  private boolean closes() {
    Runnable putOff = course.isEnded() ? null : course.putOff.poll();
    if (putOff == null) {
      return closings.proceed();
    }
    putOff.run();
    return true;
  }

  private void run(Place place) {
    // What rides with a decided block has no stage that would run it.
    course.recalling = !course.decided.isEmpty();
    boolean decided = recall.recallDecided(place);
    course.recalling = false;
    if (!decided) {
      send(place);
    }
  }

  /** Sends a block alone when the stage it rides with has run without it. */
  private void send(Place place) {
    if (course.plan.headedBy(place.block().node).isEmpty()) {
      place.block().alone = true;
    }
    course.dispatch(place);
  }
}
