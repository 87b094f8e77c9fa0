package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Partial;

/** Something an onlooker of an execution is told as it happens. */
public sealed interface Progress {

  /** A stage was sent to its group. */
  record Sent(Dispatch dispatch) implements Progress {}

  /** A step has written a piece of a text; recorded nowhere. */
  record Told(Partial partial) implements Progress {}

  /** A step was recorded. */
  record Recorded(Decision.Step step) implements Progress {}

  /** The execution has ended; nothing follows. */
  record Ended(Ending ending) implements Progress {}
}
