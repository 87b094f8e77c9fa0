package dev.howdah.config;

import dev.howdah.fault.Mistakes;
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
   * @param mistakes told when it has a value it cannot have
   */
  static boolean isOther(String variable, String value, Mistakes mistakes) {
    if (variable.equals(LOG_LEVEL) && !LEVELS.contains(value.strip().toUpperCase(Locale.ROOT))) {
      mistakes.add(
          Settings.WRONG,
          LOG_LEVEL,
          "%s is \"%s\"".formatted(LOG_LEVEL, value),
          "it is one of TRACE, DEBUG, INFO, WARN, ERROR and OFF");
    }
    return OTHERS.contains(variable);
  }
}
