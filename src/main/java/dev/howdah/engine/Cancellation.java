package dev.howdah.engine;

/** What has come of the wish to cancel an execution. */
public enum Cancellation {
  /** It had ended, or never was. */
  NOT_RUNNING,
  /** It ends once what it has begun is undone. */
  UNDOING,
  CANCELLED
}
