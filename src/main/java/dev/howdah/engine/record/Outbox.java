package dev.howdah.engine.record;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.fault.Fault;

/**
 * Where the recorder's decisions go once they are committed. Called on the recorder's thread, in
 * the order of the decisions; must not block.
 */
public interface Outbox {

  /** A stage is to be run. */
  void send(Dispatch dispatch);

  /** A stage of a restored execution is to be run, which may have been sent before. */
  void sendAgain(Dispatch dispatch);

  /** A result of that attempt is recorded; nobody needs to run it any more. */
  void settled(String execution, String path, int attempt);

  /** A timer was set. */
  void timer(String execution, Decision.Timer timer);

  /** Steps were recorded. */
  void recorded(Flow flow, Decision decision);

  /** An execution has ended. */
  void ended(Flow flow, Ending ending);

  /** A step of another execution waits for one that has ended. */
  void childEnded(String parent, String path, String child, Ending ending);

  /** An execution is to be cancelled, because nobody waits for it any more. */
  void cancel(String execution, String reason);

  /** A step wants an execution of a design that cannot be started. */
  void childFailed(String parent, String path, String child, Fault fault);
}
