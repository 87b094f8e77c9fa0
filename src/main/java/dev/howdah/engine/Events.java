package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.engine.record.Event;
import dev.howdah.engine.record.PromiseTurns;
import dev.howdah.engine.record.Recording;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.PromiseRow;
import dev.howdah.store.StepRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** What can happen to an execution. */
final class Events {
  private Events() {}

  /** Somebody starts one. */
  record Start(
      ExecutionRow row, String path, Plan plan, CompletableFuture<Engine.Accepted> accepted)
      implements Event {
    @Override
    public void apply(Recording recording) {
      if (recording.accept(row, path, plan)) {
        recording.afterCommit(() -> accepted.complete(new Engine.Accepted(row.id(), false)));
        return;
      }
      String first =
          recording
              .executionOf(row.deploymentId(), row.idempotencyKey())
              .orElseThrow(() -> new IllegalStateException("a key is taken by nobody"));
      recording.afterCommit(
          () -> accepted.complete(new Engine.Accepted(first, !first.equals(row.id()))));
    }

    /** Nothing was accepted, and the caller is told so. */
    @Override
    public boolean retry(RuntimeException cause) {
      accepted.completeExceptionally(cause);
      return false;
    }
  }

  /** Somebody runs one again. */
  record Rerun(ExecutionRow row, List<StepRow> steps, CompletableFuture<Engine.Accepted> accepted)
      implements Event {
    @Override
    public void apply(Recording recording) {
      recording.rerun(row, steps);
      recording.afterCommit(() -> accepted.complete(new Engine.Accepted(row.id(), false)));
    }

    @Override
    public boolean retry(RuntimeException cause) {
      accepted.completeExceptionally(cause);
      return false;
    }
  }

  /** A stage has run, here or elsewhere. */
  record Result(StageResult result, Runnable done, Dispatcher dispatcher) implements Event {
    @Override
    public void apply(Recording recording) {
      recording.result(result);
      recording.afterCommit(
          () -> {
            dispatcher.settled(result.execution(), result.path(), result.attempt());
            done.run();
          });
    }
  }

  /** A stage was polled that this node was not handed. */
  record Arrived(Dispatch dispatch, Runnable done, Dispatcher dispatcher) implements Event {
    @Override
    public void apply(Recording recording) {
      boolean wanted =
          recording
              .current(dispatch.execution())
              .filter(flow -> flow.awaits(dispatch.path(), dispatch.attempt()))
              .isPresent();
      recording.afterCommit(
          () -> {
            if (!wanted || !dispatcher.runPolled(dispatch, done)) {
              done.run();
            }
          });
    }
  }

  /** A timer is due. */
  record TimerDue(String execution, String path, TimerKind kind, int attempt) implements Event {
    @Override
    public void apply(Recording recording) {
      if (kind == TimerKind.PROMISE || kind == TimerKind.GATHERING) {
        recording.waitedLongEnough(execution, path, kind, attempt);
        return;
      }
      boolean followed =
          recording.decide(
              execution, flow -> flow.timerFired(path, kind, attempt, recording.now()));
      if (!followed) {
        recording.dropTimer(execution, path, kind, attempt);
      }
    }
  }

  /** An execution that a step waits for has ended. */
  record ChildEnded(String execution, String path, String child, Ending ending) implements Event {
    @Override
    public void apply(Recording recording) {
      recording.decide(execution, flow -> flow.childEnded(path, child, ending, recording.now()));
    }
  }

  /**
   * Somebody wants an execution to stop; learns what has come of that.
   *
   * @param atOnce whether nothing is undone
   */
  record Cancel(String execution, String reason, boolean atOnce, Consumer<Cancellation> cancelled)
      implements Event {
    @Override
    public void apply(Recording recording) {
      boolean followed = recording.decide(execution, flow -> cancel(flow, recording.now()));
      boolean running = recording.current(execution).isPresent();
      recording.afterCommit(() -> cancelled.accept(outcome(followed, running)));
    }

    Decision cancel(Flow flow, long now) {
      return atOnce ? flow.cancelAtOnce(reason, now) : flow.cancel(reason, now);
    }

    static Cancellation outcome(boolean followed, boolean running) {
      if (running) {
        return Cancellation.UNDOING;
      }
      return followed ? Cancellation.CANCELLED : Cancellation.NOT_RUNNING;
    }
  }

  /** A stage was sent, and neither it nor a result of it is anywhere. */
  record Lost(Dispatch dispatch, Dispatcher dispatcher) implements Event {
    @Override
    public void apply(Recording recording) {
      recording
          .current(dispatch.execution())
          .filter(flow -> flow.awaits(dispatch.path(), dispatch.attempt()))
          .ifPresent(flow -> recording.afterCommit(() -> dispatcher.sendLost(dispatch)));
    }
  }

  /** Executions of this node may be unknown to it; it knows them then. */
  record Adopt(List<String> executions) implements Event {
    @Override
    public void apply(Recording recording) {
      for (String execution : executions) {
        if (!recording.knows(execution)) {
          // What they wait for may be under way; the sweeper finds out.
          recording.recover(execution, dispatch -> {});
        }
      }
    }
  }

  /** An execution is read from its rows after a restart. */
  record Recover(String execution, Consumer<Dispatch> again) implements Event {
    @Override
    public void apply(Recording recording) {
      recording.recover(execution, again);
    }
  }

  /** Somebody creates, settles or looks at a promise. */
  record OnPromise(
      Function<PromiseTurns, Optional<PromiseRow>> what,
      CompletableFuture<Optional<PromiseRow>> answer)
      implements Event {
    @Override
    public void apply(Recording recording) {
      Optional<PromiseRow> row = what.apply(new PromiseTurns(recording));
      recording.afterCommit(() -> answer.complete(row));
    }

    @Override
    public boolean retry(RuntimeException cause) {
      answer.completeExceptionally(cause);
      return false;
    }
  }

  /** Somebody wants to know the state of a running execution; gets null when it is not running. */
  record Ask<T>(String execution, Function<Flow, T> question, CompletableFuture<T> answer)
      implements Event {
    @Override
    public void apply(Recording recording) {
      T value = recording.flow(execution).map(question).orElse(null);
      recording.afterCommit(() -> answer.complete(value));
    }

    @Override
    public boolean retry(RuntimeException cause) {
      answer.completeExceptionally(cause);
      return false;
    }
  }
}
