package dev.howdah.block.spi;

/**
 * A conductor that is not just cut off when what is around its container ends: it is asked to the
 * end, with {@link Parts#interruption()}, to undo or tidy up what it has begun.
 */
public interface Unwinding extends Conductor {

  /** Whether parts of a section are stopped at once then, and have failed; others run on. */
  boolean stops(String section);
}
