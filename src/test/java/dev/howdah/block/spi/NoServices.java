package dev.howdah.block.spi;

import java.time.InstantSource;
import java.util.Optional;

/** Services for designs whose blocks call nobody. */
public final class NoServices {
  private NoServices() {}

  /** Nothing but the time of day. */
  public static Services at(InstantSource clock) {
    return new Services(name -> Optional.empty(), null, null, null, null, null, null, null, clock);
  }
}
