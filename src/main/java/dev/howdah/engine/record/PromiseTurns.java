package dev.howdah.engine.record;

import dev.howdah.block.spi.Outcome;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Suspension;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Shape;
import dev.howdah.json.Value;
import dev.howdah.store.Ledger;
import dev.howdah.store.PromiseRow;
import dev.howdah.store.PromiseStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happens to promises, and to the steps that wait for them, in a transaction of the recorder.
 * A promise whose time is up is timed out, whoever looks at it first. Used by the recorder's thread
 * only.
 */
public final class PromiseTurns {
  private final Recording recording;

  public PromiseTurns(Recording recording) {
    this.recording = recording;
  }

  /** Creates a promise; gives the one of that id that is there already. */
  public PromiseRow create(PromiseRow row) {
    recording.ledger().create(row);
    return find(row.id()).orElseThrow();
  }

  /** A promise as it stands. */
  public Optional<PromiseRow> find(String id) {
    return recording
        .ledger()
        .promise(id)
        .map(
            row -> {
              PromiseRow now = row.at(recording.now());
              return now.status() == row.status() ? now : settle(now);
            });
  }

  /**
   * Settles a promise and tells the steps that wait for it.
   *
   * @return as it stands then, which is as somebody settled it before when somebody did; empty when
   *     there is none
   */
  public Optional<PromiseRow> settle(String id, PromiseStatus status, String value) {
    Optional<PromiseRow> row = find(id);
    if (row.isEmpty() || row.get().status() != PromiseStatus.PENDING) {
      return row;
    }
    return Optional.of(settle(row.get().settled(status, value, recording.now())));
  }

  /** Gives the promise as it stands then; another node may have been quicker. */
  private PromiseRow settle(PromiseRow row) {
    if (!recording.ledger().settle(row)) {
      return recording.ledger().promise(row.id()).orElseThrow();
    }
    for (Ledger.Waiter waiter : recording.ledger().takeWaiters(row.id())) {
      tell(waiter, row);
    }
    return row;
  }

  /**
   * A step waits for a promise from now on. One that is there already and has no title or schema
   * takes those of the wait, so that whoever settles it is told what is expected.
   */
  public void await(String execution, Decision.Promise wanted) {
    Outcome.Promised promised = wanted.promised();
    String title = promised.title().isEmpty() ? null : promised.title();
    String schema = promised.schema().map(Json::write).orElse(null);
    Long until = promised.until().map(Instant::toEpochMilli).orElse(null);
    PromiseRow row =
        create(
            new PromiseRow(
                wanted.id(),
                execution,
                wanted.path(),
                PromiseStatus.PENDING,
                null,
                title,
                schema,
                recording.now(),
                until,
                null));
    Ledger.Waiter waiter = new Ledger.Waiter(execution, wanted.path());
    if (!recording.ledger().await(row.id(), waiter)) {
      PromiseRow settled = find(row.id()).orElseThrow();
      recording.afterWriting(() -> tell(waiter, settled));
      return;
    }
    boolean incomplete =
        (row.title() == null && title != null) || (row.jsonSchema() == null && schema != null);
    if (incomplete) {
      recording.ledger().complete(row.id(), title, schema);
    }
    Stream.of(row.dueAt(), until)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .ifPresent(
            dueAt ->
                recording.timer(
                    execution, new Decision.Timer(wanted.path(), TimerKind.PROMISE, 1, dueAt)));
  }

  /**
   * Looks whether a promise has been settled that a step waits for, or the step has waited for as
   * long as it wants to.
   */
  public void look(String execution, String path, Suspension.Promise on) {
    Ledger.Waiter waiter = new Ledger.Waiter(execution, path);
    Optional<PromiseRow> row = find(on.id());
    if (row.filter(r -> r.status() != PromiseStatus.PENDING).isPresent()) {
      tell(waiter, row.get());
    } else if (on.dueAt() != 0 && on.dueAt() <= recording.now()) {
      recording.resume(execution, path, on, late(on.id()));
    }
  }

  private static Fault late(String promise) {
    return Fault.rejected(
        "promise.timed-out", Blame.CALLER, "nobody settled promise %s in time".formatted(promise));
  }

  /** Nobody waits for a promise any more. */
  public void cancel(String id) {
    settle(id, PromiseStatus.REJECTED_CANCELED, null);
  }

  private void tell(Ledger.Waiter waiter, PromiseRow row) {
    String execution = waiter.execution();
    String path = waiter.path();
    Optional<Suspension> waitsFor = recording.suspension(execution, path);
    if (waitsFor.orElse(null) instanceof Suspension.Promise on && on.id().equals(row.id())) {
      Optional<Fault> fault = fault(row).or(() -> misfit(row, on));
      if (fault.isPresent()) {
        recording.resume(execution, path, on, fault.get());
      } else {
        recording.resume(execution, path, on, value(row));
      }
    }
    recording.dropTimer(waiter.execution(), waiter.path(), TimerKind.PROMISE, 1);
  }

  private static Value value(PromiseRow row) {
    return row.value() == null ? Value.NULL : Value.ofText(row.value());
  }

  private static Optional<Fault> fault(PromiseRow row) {
    return switch (row.status()) {
      case RESOLVED -> Optional.empty();
      case REJECTED ->
          rejected(
              "promise.rejected",
              "promise %s was rejected%s"
                  .formatted(row.id(), row.value() == null ? "" : " with " + row.value()));
      case REJECTED_CANCELED ->
          rejected("promise.cancelled", "promise %s was cancelled".formatted(row.id()));
      case REJECTED_TIMEDOUT, PENDING -> Optional.of(late(row.id()));
    };
  }

  /** What was settled before anybody waited may not be what the wait is for. */
  private static Optional<Fault> misfit(PromiseRow row, Suspension.Promise on) {
    List<Shape.Misfit> misfits =
        on.schema().map(schema -> Shape.of(schema).misfits(value(row).node())).orElse(List.of());
    return misfits.isEmpty()
        ? Optional.empty()
        : rejected(
            "promise.schema",
            "promise %s was resolved with a value that does not fit the schema of this wait: %s"
                .formatted(
                    row.id(),
                    misfits.stream()
                        .map(Shape.Misfit::toString)
                        .collect(Collectors.joining("; "))));
  }

  private static Optional<Fault> rejected(String code, String message) {
    return Optional.of(Fault.rejected(code, Blame.CALLER, message));
  }
}
