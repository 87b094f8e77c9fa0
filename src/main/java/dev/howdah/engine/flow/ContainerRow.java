package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Fault;
import java.util.Optional;

/**
 * What the row of a container holds besides: what its conductor works from, and what has cut its
 * work short. Everything else is told by the rows of its parts.
 */
public final class ContainerRow {
  private static final String PARTS = "parts";
  private static final String INTERRUPTED = "interrupted";
  private static final String LATE = "late";
  private static final String FAULT = "fault";
  private static final String PATH = "path";
  private static final String CANCELLED = "cancelled";
  private static final String STARTED = "started";
  private static final String ENDING = "ending";

  private ContainerRow() {}

  static ObjectNode of(JsonNode state) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.set(PARTS, state);
    return row;
  }

  /** Of a container that has run for as long as it may. */
  static ObjectNode late(Ensemble ensemble) {
    return of(ensemble.state()).put(LATE, ensemble.startedWhenLate);
  }

  /**
   * Of a container whose output is of no use any more.
   *
   * @param following how the execution ends for that; empty when it goes on
   */
  static ObjectNode interrupted(Ensemble ensemble, Optional<Ending> following) {
    ObjectNode row = ensemble.late ? late(ensemble) : of(ensemble.state());
    ObjectNode interrupted = row.putObject(INTERRUPTED);
    interrupted.put(STARTED, ensemble.startedWhenInterrupted);
    interrupted.set(FAULT, ensemble.interruption().orElseThrow().toJson());
    following.ifPresent(ending -> put(interrupted, ending));
    return row;
  }

  private static void put(ObjectNode interrupted, Ending ending) {
    if (ending instanceof Ending.Cancelled cancelled) {
      interrupted.put(CANCELLED, cancelled.reason());
    } else if (ending instanceof Ending.Failed failed) {
      interrupted.put(PATH, failed.path()).set(ENDING, failed.fault().toJson());
    }
  }

  /** What its conductor worked from; empty for the row of any other block. */
  public static Optional<JsonNode> parts(JsonNode state) {
    return Optional.ofNullable(state.get(PARTS));
  }

  static boolean isLate(JsonNode state) {
    return state.has(LATE);
  }

  /** How many parts had been started when it had run for as long as it may. */
  static int startedWhenLate(JsonNode state) {
    return state.get(LATE).intValue();
  }

  /** How many parts had been started when its output became of no use. */
  static int startedWhenInterrupted(JsonNode state) {
    return state.get(INTERRUPTED).get(STARTED).intValue();
  }

  /** Whether its output has become of no use. */
  public static boolean isInterrupted(JsonNode state) {
    return state.has(INTERRUPTED);
  }

  /** Why its output has become of no use; empty when it has not. */
  static Optional<Closings.Cause> interruption(JsonNode state) {
    if (!isInterrupted(state)) {
      return Optional.empty();
    }
    JsonNode interrupted = state.get(INTERRUPTED);
    return Optional.of(
        new Closings.Cause(Fault.fromJson(interrupted.get(FAULT)), ending(interrupted)));
  }

  private static Optional<Ending> ending(JsonNode interrupted) {
    if (interrupted.has(CANCELLED)) {
      return Optional.of(new Ending.Cancelled(interrupted.get(CANCELLED).textValue()));
    }
    return Optional.ofNullable(interrupted.get(ENDING))
        .map(fault -> new Ending.Failed(interrupted.get(PATH).textValue(), Fault.fromJson(fault)));
  }

  /** The row as it was before its work was cut short. */
  public static JsonNode uncut(JsonNode state) {
    ObjectNode row = state.deepCopy();
    row.remove(INTERRUPTED);
    row.remove(LATE);
    return row;
  }
}
