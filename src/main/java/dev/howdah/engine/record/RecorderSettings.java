package dev.howdah.engine.record;

import dev.howdah.plan.Plan;
import dev.howdah.plan.Plans;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the recorder works with.
 *
 * @param plans plans by name
 * @param children plans for child executions
 * @param ids gives execution ids that this node owns
 * @param random uniform in [0, 1), for the jitter of retries
 * @param pathOf endpoint path of a deployment by its id; empty text for none, null included
 * @param shared whether other nodes write to the same database
 * @param mine whether this node is the one to work on an execution, so that what it knows of it
 *     stays true; asked on the recorder's thread
 * @param unrecorded the executions that have no rows
 * @param flowsAtHand how many executions are kept in memory
 */
public record RecorderSettings(
    Plans plans,
    Children children,
    Supplier<String> ids,
    DoubleSupplier random,
    Function<String, String> pathOf,
    boolean shared,
    Predicate<String> mine,
    Unrecorded unrecorded,
    int flowsAtHand) {

  /** Finds the plan of a child execution. */
  @FunctionalInterface
  public interface Children {
    /**
     * @param revision 0 for the latest
     */
    Optional<Plan> find(String design, int revision);
  }
}
