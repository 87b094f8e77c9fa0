package dev.howdah.block.spi;

/**
 * Decides which parts of a container run, and what comes of them.
 *
 * <p>Asked when the container begins and whenever parts of it have ended. Depends on nothing but
 * what it is given: after a restart it is asked again from the beginning, with the parts that ended
 * before, perhaps several at once, and must then start the same parts again. Must not block. Serves
 * many executions.
 */
@FunctionalInterface
public interface Conductor {
  /**
   * What happens next.
   *
   * @throws dev.howdah.fault.FaultException when the container fails
   */
  Move next(Parts parts);
}
