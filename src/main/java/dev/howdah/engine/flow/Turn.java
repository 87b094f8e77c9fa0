package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import dev.howdah.store.StepStatus;
import java.util.List;
import java.util.Optional;

/** What one event does to an execution: collects the {@link Decision} and writes its rows. */
final class Turn {
  /** When it happens, in epoch milliseconds. */
  final long now;

  /** The process whose result this is about; empty for anything but a result. */
  final String runner;

  final Decision decision = new Decision();

  Turn(long now, String runner) {
    this.now = now;
    this.runner = runner;
  }

  /**
   * Who ran a step and how long it took.
   *
   * @param startedAt in epoch milliseconds
   */
  record Effort(String group, long startedAt, long micros) {
    static Effort of(String group, StepResult step) {
      return new Effort(group, step.startedAt(), step.micros());
    }
  }

  /** How long a step has lasted that settles outside any stage. */
  Effort waited(BlockState block) {
    return new Effort(block.node.block().group(), block.since, (now - block.since) * 1000);
  }

  void completed(Place place, Effort effort, Value output, Optional<List<String>> taken) {
    completed(place, effort, output, taken, none());
  }

  void completed(
      Place place,
      Effort effort,
      Value output,
      Optional<List<String>> taken,
      Optional<JsonNode> state) {
    row(place, StepStatus.COMPLETED, effort, Optional.of(output), taken, state, none());
  }

  void skipped(Place place, Effort effort) {
    row(place, StepStatus.SKIPPED, effort, none(), none(), none(), none());
  }

  void failed(Place place, Effort effort, Fault fault) {
    row(place, StepStatus.FAILED, effort, none(), none(), none(), Optional.of(fault.toJson()));
  }

  /** An attempt failed and another one follows. */
  void retried(Place place, int attempt, Effort effort, Fault fault) {
    decision
        .steps()
        .add(
            new Decision.Step(
                place.path(),
                attempt,
                StepStatus.RETRIED,
                none(),
                none(),
                none(),
                effort.group(),
                runner,
                effort.startedAt(),
                effort.micros(),
                Optional.of(fault.toJson())));
  }

  void waiting(Place place, Effort effort, JsonNode state) {
    row(place, StepStatus.WAITING, effort, none(), none(), Optional.of(state), none());
  }

  void cancelled(Place place) {
    row(place, StepStatus.CANCELLED, waited(place.block()), none(), none(), none(), none());
  }

  /**
   * A container has ended that was interrupted.
   *
   * @param state tells so
   * @param fault why it is not as if it had never run, if it is not
   */
  void unwound(Place place, JsonNode state, Optional<Fault> fault) {
    row(
        place,
        fault.isPresent() ? StepStatus.FAILED : StepStatus.CANCELLED,
        waited(place.block()),
        none(),
        none(),
        Optional.of(state),
        fault.<JsonNode>map(Fault::toJson));
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  private void row(
      Place place,
      StepStatus status,
      Effort effort,
      Optional<Value> output,
      Optional<List<String>> taken,
      Optional<JsonNode> state,
      Optional<JsonNode> error) {
    decision
        .steps()
        .add(
            new Decision.Step(
                place.path(),
                place.block().attempt,
                status,
                output,
                taken,
                state,
                effort.group(),
                runner,
                effort.startedAt(),
                effort.micros(),
                error));
  }
}
