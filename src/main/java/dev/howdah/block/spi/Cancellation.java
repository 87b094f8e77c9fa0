package dev.howdah.block.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells whoever works on an attempt to stop. Thread-safe; fires at most once; an action registered
 * after it fired runs at once.
 */
public final class Cancellation {
  private List<Runnable> actions = new ArrayList<>(1);
  private boolean fired;

  /** Runs an action when this fires. Actions must be quick and must not throw. */
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!fired) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Fires; what follows a first call does nothing. */
  public void fire() {
    List<Runnable> due;
    synchronized (this) {
      fired = true;
      due = actions;
      actions = new ArrayList<>(0);
    }
    due.forEach(Runnable::run);
  }

  public synchronized boolean isFired() {
    return fired;
  }
}
