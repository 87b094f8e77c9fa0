package dev.howdah.engine.flow;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;

/** How an execution ended. */
public sealed interface Ending {

  record Completed(Value result) implements Ending {}

  /**
   * @param path the step that failed; empty when none did, as with a deadline
   */
  record Failed(String path, Fault fault) implements Ending {}

  record Cancelled(String reason) implements Ending {
    /** As blocks that undo something are told. */
    public Fault fault() {
      return Fault.rejected("execution.cancelled", Blame.CALLER, reason);
    }
  }
}
