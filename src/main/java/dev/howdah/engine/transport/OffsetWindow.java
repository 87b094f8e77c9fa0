package dev.howdah.engine.transport;

import java.util.ArrayDeque;

/**
 * The records of one partition that were polled and are not all done: knows up to where they are
 * done without a gap, which is what may be committed. Thread-safe.
 */
final class OffsetWindow {
  private static final class Slot {
    final long offset;
    boolean done;

    Slot(long offset) {
      this.offset = offset;
    }
  }

  private final ArrayDeque<Slot> open = new ArrayDeque<>();
  private long next;
  private long committed;

  /**
   * @param position the offset of the first record that will be polled
   */
  OffsetWindow(long position) {
    next = position;
    committed = position;
  }

  /** A record was polled; the action is to be run when it is done, by any thread. */
  synchronized Runnable polled(long offset) {
    Slot slot = new Slot(offset);
    open.add(slot);
    next = offset + 1;
    return () -> done(slot);
  }

  /** A record was polled that needs nothing. */
  synchronized void passed(long offset) {
    next = offset + 1;
  }

  private synchronized void done(Slot slot) {
    slot.done = true;
    while (!open.isEmpty() && open.peek().done) {
      open.remove();
    }
  }

  synchronized int size() {
    return open.size();
  }

  /** The last commit was not made after all. */
  synchronized void notCommitted() {
    committed = -1;
  }

  /** The offset to commit, if there is news; a commit of it is then taken for granted. */
  synchronized long takeCommit() {
    long mark = open.isEmpty() ? next : open.peek().offset;
    if (mark == committed) {
      return -1;
    }
    committed = mark;
    return mark;
  }
}
