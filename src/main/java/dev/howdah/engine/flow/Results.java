package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.block.spi.Role;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.engine.flow.Turn.Effort;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.graph.Node;
import dev.howdah.plan.Stage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** Takes the results of stages: settles their blocks, or has the stage tried again. */
final class Results {
  private final Course course;
  private final Settling settling;
  private final Suspending suspending;
  private final Recall recall;
  private final DoubleSupplier random;

  /**
   * @param random uniform in [0, 1), for the jitter of retries
   */
  Results(
      Course course,
      Settling settling,
      Suspending suspending,
      Recall recall,
      DoubleSupplier random) {
    this.course = course;
    this.settling = settling;
    this.suspending = suspending;
    this.recall = recall;
    this.random = random;
  }

  /**
   * Takes the result of a stage that is still awaited.
   *
   * @param head the block it was sent for
   */
  void take(Place head, StageResult result) {
    Stage stage = course.plan.stageOf(head.block().node);
    if (retries(head, stage, result)) {
      return;
    }
    ScopeState scope = head.scope();
    for (StepResult step : result.steps()) {
      BlockState block = block(scope, step);
      if (isOpen(scope, block)) {
        block.attempt = block.node.role() == Role.PURE ? 1 : result.attempt();
        settle(new Place(scope, block), stage, step);
      }
    }
    failWhatIsMissing(scope, stage);
  }

  private boolean isOpen(ScopeState scope, BlockState block) {
    return block.phase == Phase.RUNNING && !course.isEnded() && !scope.closed;
  }

  private static BlockState block(ScopeState scope, StepResult step) {
    return scope.block(scope.graph.find(step.block()).orElseThrow());
  }

  private void settle(Place place, Stage stage, StepResult step) {
    if (recall.recallDecided(place)) {
      return;
    }
    Effort effort = Effort.of(stage.group(), step);
    if (step instanceof StepResult.Done done) {
      course.turn.completed(place, effort, done.output(), done.taken(), meta(done));
      settling.done(place, done.output(), done.taken());
    } else if (step instanceof StepResult.Skipped) {
      course.turn.skipped(place, effort);
      settling.skip(place);
    } else if (step instanceof StepResult.Failed failed) {
      course.turn.failed(place, effort, failed.fault());
      settling.caughtOrFailed(place, failed.fault());
    } else if (step instanceof StepResult.Suspended suspended) {
      suspending.suspend(place, effort, suspended.outcome());
    }
  }

  /** As the state of its row, where what a suspended step waits for would be. */
  private static Optional<JsonNode> meta(StepResult.Done done) {
    return done.meta().map(meta -> JsonNodeFactory.instance.objectNode().set(Flow.META, meta));
  }

  private void failWhatIsMissing(ScopeState scope, Stage stage) {
    for (Node node : stage.nodes()) {
      BlockState block = scope.block(node);
      if (isOpen(scope, block)) {
        settling.fail(
            new Place(scope, block),
            Fault.rejected(
                "engine.no-result",
                Blame.ENGINE,
                "stage %s ended without a result of block %s; this is a fault of Howdah"
                    .formatted(stage.id(), node.id())));
      }
    }
  }

  // ---- another attempt

  private boolean retries(Place head, Stage stage, StageResult result) {
    for (StepResult step : result.steps()) {
      if (step instanceof StepResult.Failed failed) {
        BlockState block = block(head.scope(), step);
        Optional<Duration> delay =
            RetryDelay.after(block.node.block().retry(), result.attempt(), failed.fault(), random);
        if (delay.isPresent()) {
          Place failing = new Place(head.scope(), block);
          settleBefore(failing, stage, result);
          course.turn.retried(
              failing, result.attempt(), Effort.of(stage.group(), step), failed.fault());
          retryLater(failing, result.attempt() + 1, delay.get(), failed.fault());
          return true;
        }
      }
    }
    return false;
  }

  /** The failing block alone runs again; what comes before it in its stage is done. */
  private void settleBefore(Place failing, Stage stage, StageResult result) {
    for (StepResult step : result.steps()) {
      if (step.block().equals(failing.block().node.id())) {
        break;
      }
      BlockState block = block(failing.scope(), step);
      if (block.phase == Phase.RUNNING) {
        settle(new Place(failing.scope(), block), stage, step);
      }
    }
    failing.block().alone = course.plan.headedBy(failing.block().node).isEmpty();
  }

  private void retryLater(Place failing, int attempt, Duration delay, Fault fault) {
    BlockState block = failing.block();
    block.enter(Phase.RETRYING, course.turn.now);
    block.attempt = attempt;
    block.dueAt = course.turn.now + delay.toMillis();
    block.lastFault = fault.message();
    course.timer(failing.path(), TimerKind.RETRY, attempt, block.dueAt);
  }
}
