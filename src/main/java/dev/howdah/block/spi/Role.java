package dev.howdah.block.spi;

/** What running a block means for the stage it is in. */
public enum Role {
  /**
   * Depends on its input alone; may be run again at no cost, so it rides along in another's stage.
   */
  PURE,
  /** Has an effect outside; at most one in a stage, recorded before anything that follows. */
  EFFECTFUL,
  /**
   * Ends its stage and waits without holding a thread: for a time, a child execution, the items of
   * a split. The engine goes on with its result later, perhaps in another process.
   */
  SUSPENDING
}
