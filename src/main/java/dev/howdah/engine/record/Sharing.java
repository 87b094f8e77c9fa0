package dev.howdah.engine.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.block.spi.Outcome;
import dev.howdah.broker.Clients;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.engine.flow.Suspension;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.expression.Scope;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.store.Ledger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Settles steps whose outcome depends on what other executions have left, in the transaction that
 * records them. Used by the recorder's thread only.
 */
final class Sharing {
  /** A group of as many bytes is complete: with a value as large it still fits a message. */
  static final long MOST_BYTES = Clients.MAX_MESSAGE_BYTES / 2;

  /** As {@link #MOST_BYTES}, when each value makes all of them be looked at. */
  static final long MOST_SEEN_BYTES = 256 * 1024;

  private final Recording recording;
  private final Ledger ledger;

  Sharing(Recording recording, Ledger ledger) {
    this.recording = recording;
    this.ledger = ledger;
  }

  /** Whether a step's outcome depends on others. */
  static boolean concerns(StepResult step) {
    return step instanceof StepResult.Suspended suspended
        && suspended.outcome() instanceof Outcome.Shared;
  }

  /** The same result, with outcomes that depend on nothing any more. */
  StageResult settle(StageResult result) {
    List<StepResult> steps =
        result.steps().stream().map(step -> concerns(step) ? settle(result, step) : step).toList();
    return new StageResult(
        result.execution(), result.path(), result.attempt(), result.node(), steps);
  }

  private StepResult settle(StageResult result, StepResult step) {
    Outcome outcome = ((StepResult.Suspended) step).outcome();
    String path = result.path().substring(0, result.path().lastIndexOf('/') + 1) + step.block();
    if (outcome instanceof Outcome.Gathered gathered) {
      return gathered(gathered, new Ledger.Waiter(result.execution(), path), step);
    }
    Outcome settled =
        outcome instanceof Outcome.Once once
            ? once(once, result.execution() + ":" + path)
            : paced((Outcome.Paced) outcome);
    return suspended(step, settled);
  }

  private static StepResult suspended(StepResult step, Outcome outcome) {
    return new StepResult.Suspended(step.block(), step.startedAt(), step.micros(), outcome);
  }

  private Outcome once(Outcome.Once once, String owner) {
    boolean first =
        ledger.claim(once.scope(), once.key(), owner, recording.now(), once.until().toEpochMilli());
    return first ? new Outcome.Completed(once.output()) : new Outcome.Dropped();
  }

  private Outcome paced(Outcome.Paced paced) {
    long micros = Math.max(1, paced.interval().toNanos() / 1000);
    return new Outcome.Sleeping(
        Instant.ofEpochMilli(ledger.turn(paced.name(), recording.now(), micros, paced.burst())));
  }

  private StepResult gathered(Outcome.Gathered gathered, Ledger.Waiter waiter, StepResult step) {
    String scope = gathered.scope();
    String key = gathered.key();
    Long dueAt = gathered.within().map(w -> recording.now() + w.toMillis()).orElse(null);
    String value = Json.write(gathered.value());
    Ledger.Gathering group = ledger.add(scope, key, waiter, dueAt, value);
    boolean complete;
    try {
      complete = isComplete(group, gathered) || isEnough(gathered);
    } catch (FaultException e) {
      if (!e.fault().code().startsWith("expression.")) {
        throw e;
      }
      ledger.takeBack(scope, key, group, value);
      return new StepResult.Failed(step.block(), step.startedAt(), step.micros(), e.fault());
    }
    Optional<Ledger.Waiter> before = group.owner().filter(owner -> !owner.equals(waiter));
    return suspended(step, complete ? complete(scope, key, before) : join(gathered, group, waiter));
  }

  /** A value has joined a group that is not complete. */
  private Outcome join(Outcome.Gathered gathered, Ledger.Gathering group, Ledger.Waiter waiter) {
    Suspension on = new Suspension.Gathering(gathered.scope(), gathered.key());
    boolean begins = group.owner().filter(waiter::equals).isPresent();
    if (!begins && group.owner().filter(owner -> recording.waits(owner, on)).isPresent()) {
      return new Outcome.Dropped();
    }
    if (!begins) {
      ledger.handOver(gathered.scope(), gathered.key(), waiter);
    }
    if (group.dueAt() != null) {
      recording.timer(
          waiter.execution(),
          new Decision.Timer(waiter.path(), TimerKind.GATHERING, 1, group.dueAt()));
    }
    return gathered;
  }

  private boolean isComplete(Ledger.Gathering group, Outcome.Gathered gathered) {
    boolean late = group.dueAt() != null && group.dueAt() <= recording.now();
    boolean enough = gathered.size() > 0 && group.size() >= gathered.size();
    boolean seen = gathered.enough().isPresent();
    int most = seen ? Outcome.Gathered.MOST_SEEN : Outcome.Gathered.MOST;
    boolean full = group.size() >= most || group.bytes() >= (seen ? MOST_SEEN_BYTES : MOST_BYTES);
    return gathered.last() || late || enough || full;
  }

  /** Looks at all values of a group, if its block wants that. */
  private boolean isEnough(Outcome.Gathered gathered) {
    return gathered
        .enough()
        .filter(
            enough -> {
              List<String> values = ledger.values(gathered.scope(), gathered.key());
              return enough.holds(Scope.of(list(values)));
            })
        .isPresent();
  }

  /** Whoever waits goes on with the group; when that one has ended, this step does. */
  private Outcome complete(String scope, String key, Optional<Ledger.Waiter> waiting) {
    if (waiting.filter(w -> recording.isKnownElsewhere(w.execution())).isPresent()) {
      completeElsewhere(scope, key, waiting.get());
      return new Outcome.Dropped();
    }
    JsonNode list = list(ledger.close(scope, key));
    boolean goesOnElsewhere =
        waiting.isPresent() && resume(waiting.get(), scope, key, Value.of(list));
    return goesOnElsewhere ? new Outcome.Dropped() : new Outcome.Completed(list);
  }

  /** Its own node finds the timer, which is all that nodes tell each other. */
  private void completeElsewhere(String scope, String key, Ledger.Waiter waiter) {
    ledger.due(scope, key, recording.now());
    recording.timer(
        waiter.execution(),
        new Decision.Timer(waiter.path(), TimerKind.GATHERING, 1, recording.now()));
  }

  private boolean resume(Ledger.Waiter waiter, String scope, String key, Value list) {
    Suspension on = new Suspension.Gathering(scope, key);
    boolean resumed = recording.resume(waiter.execution(), waiter.path(), on, list);
    if (resumed) {
      recording.dropTimer(waiter.execution(), waiter.path(), TimerKind.GATHERING, 1);
    }
    return resumed;
  }

  /** A group is complete because its time is up. */
  void due(String execution, String path, Suspension.Gathering on) {
    Ledger.Waiter waiter = new Ledger.Waiter(execution, path);
    boolean owns =
        ledger
            .gathering(on.scope(), on.key())
            .flatMap(Ledger.Gathering::owner)
            .filter(waiter::equals)
            .isPresent();
    if (owns) {
      resume(waiter, on.scope(), on.key(), Value.of(list(ledger.close(on.scope(), on.key()))));
    }
  }

  private static ArrayNode list(List<String> values) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode(values.size());
    values.forEach(value -> list.add(Json.trusted(value)));
    return list;
  }
}
