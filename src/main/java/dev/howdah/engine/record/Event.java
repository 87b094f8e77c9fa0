package dev.howdah.engine.record;

/**
 * Something that happened to an execution and has to be recorded. Applied on the recorder's thread,
 * inside its transaction; applied again, in a new one, when that transaction failed.
 */
public interface Event {

  /** Writes what follows from it, and notes what is to be done once that is committed. */
  void apply(Recording recording);

  /**
   * The transaction this was in could not be written.
   *
   * @return true to be applied again later; false when whoever caused it has been told
   */
  default boolean retry(RuntimeException cause) {
    return true;
  }
}
