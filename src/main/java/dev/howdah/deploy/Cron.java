package dev.howdah.deploy;

import dev.howdah.fault.Mistakes;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Checks the form of expressions of crontab(5): minute, hour, day of month, month and day of week.
 * When they are due is nothing this knows.
 */
final class Cron {
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  private static final List<Field> FIELDS =
      List.of(
          new Field("minute", 0, 59, List.of()),
          new Field("hour", 0, 23, List.of()),
          new Field("day of month", 1, 31, List.of()),
          new Field("month", 1, 12, MONTHS),
          new Field("day of week", 0, 7, DAYS));

  /**
   * @param names of the values from {@code least} on
   */
  private record Field(String name, int least, int most, List<String> names) {
    private static final Pattern ENTRY =
        Pattern.compile("(\\*|[0-9]{1,2}|[A-Z]{3})(-([0-9]{1,2}|[A-Z]{3}))?(/[1-9][0-9]{0,2})?");

    boolean has(String text) {
      for (String entry : text.toUpperCase(Locale.ROOT).split(",", -1)) {
        String[] ends = entry.replaceFirst("/.*", "").split("-", -1);
        boolean all = ends.length == 1 && ends[0].equals("*");
        boolean known = ENTRY.matcher(entry).matches();
        if (!known || !(all || isRange(value(ends[0]), value(ends[ends.length - 1])))) {
          return false;
        }
      }
      return true;
    }

    private boolean isRange(int from, int to) {
      return from >= least && to <= most && from <= to;
    }

    /** The number that a value stands for; -1 for none. */
    private int value(String text) {
      int name = names.indexOf(text);
      if (name >= 0) {
        return least + name;
      }
      return text.matches("[0-9]+") ? Integer.parseInt(text) : -1;
    }

    String cure() {
      String named =
          names.isEmpty() ? "" : " or " + names.get(0) + " to " + names.get(names.size() - 1);
      return "the %s is from %d to %d%s, with *, lists (1,2), ranges (1-5) and steps (*/5)"
          .formatted(name, least, most, named);
    }
  }

  private Cron() {}

  /**
   * Finds everything that is wrong with an expression.
   *
   * @param place where it stands
   */
  static void check(String cron, String code, String place, Mistakes mistakes) {
    String[] parts = cron.isEmpty() ? new String[0] : cron.split(" ", -1);
    if (parts.length != FIELDS.size()) {
      mistakes.add(
          code,
          place,
          "cron_expression \"%s\" has %d fields, not 5".formatted(cron, parts.length),
          "write five such as \"0 8 * * 1-5\"");
      return;
    }
    for (int i = 0; i < parts.length; i++) {
      Field field = FIELDS.get(i);
      if (!field.has(parts[i])) {
        mistakes.add(
            code,
            place,
            "\"%s\" is no %s of cron_expression \"%s\"".formatted(parts[i], field.name(), cron),
            field.cure());
      }
    }
  }
}
