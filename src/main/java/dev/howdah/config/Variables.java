package dev.howdah.config;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.Locale;
import java.util.Set;

/** The {@code HOWDAH_*} variables that are no settings: the launcher and the log read them. */
final class Variables {
  private static final String LOG_LEVEL = "HOWDAH_LOG_LEVEL";
  private static final Set<String> LEVELS =
      Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");
  private static final Set<String> OTHERS = Set.of(LOG_LEVEL, "HOWDAH_JAVA_OPTS");

  private Variables() {}

  /**
   * Whether a variable is one of those.
   *
   * @throws dev.howdah.fault.FaultException {@code config.value} when it has a value it cannot have
   */
  static boolean isOther(String variable, String value) {
    if (variable.equals(LOG_LEVEL) && !LEVELS.contains(value.strip().toUpperCase(Locale.ROOT))) {
      throw Fault.rejected(
              "config.value",
              Blame.CALLER,
              "%s is \"%s\"; it is one of TRACE, DEBUG, INFO, WARN, ERROR and OFF"
                  .formatted(LOG_LEVEL, value))
          .toException();
    }
    return OTHERS.contains(variable);
  }
}
