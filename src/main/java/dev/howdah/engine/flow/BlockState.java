package dev.howdah.engine.flow;

import dev.howdah.graph.Node;
import dev.howdah.json.Value;
import java.util.Optional;

/** Where one block of one scope stands. Mutable; owned by its {@link Flow}. */
final class BlockState {
  enum Phase {
    /** A connection has no token yet. */
    IDLE,
    /** Sent to its group, or rides with a block that is. */
    RUNNING,
    /** Its next attempt is due later. */
    RETRYING,
    /** Waits for its {@link #suspension}. */
    SUSPENDED,
    /** Its {@link #ensemble} runs. */
    CONDUCTING,
    DONE,
    /** Failed, and its fault went to another block. */
    CAUGHT,
    /** Failed, and nobody took its fault. */
    FAILED,
    SKIPPED,
    /**
     * A container whose output is of no use any more, in which something is still undone: its row
     * still waits, so that the way there is found again.
     */
    CLOSING,
    /** What it would come to is of no use any more. */
    STOPPED
  }

  final Node node;
  Phase phase = Phase.IDLE;
  int attempt = 1;

  /** Whether it was sent by itself, although it rides with another block that is done. */
  boolean alone;

  /** What it gave on, once {@link Phase#DONE}; its fault as JSON, once {@link Phase#CAUGHT}. */
  Value output;

  /** When it entered its phase, in epoch milliseconds. */
  long since;

  /** When a retry is due, in epoch milliseconds. */
  long dueAt;

  /** The last fault, while another attempt follows. */
  String lastFault = "";

  /** What it waits for, while {@link Phase#SUSPENDED}. */
  Suspension suspension;

  /** What it waited for in the execution that this one runs again, if that was an execution. */
  Optional<String> earlierChild = Optional.empty();

  /** The parts of a container, from when it is {@link Phase#CONDUCTING}. */
  Ensemble ensemble;

  BlockState(Node node) {
    this.node = node;
  }

  void enter(Phase next, long now) {
    phase = next;
    since = now;
  }
}
