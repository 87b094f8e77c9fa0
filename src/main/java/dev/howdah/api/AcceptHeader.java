package dev.howdah.api;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which of two forms of a result a caller wants, from the {@code Accept} headers of RFC 9110. */
final class AcceptHeader {
  private static final String EVENTS = "text/event-stream";

  /** What admits JSON; what says it most exactly counts. */
  private static final List<String> JSON = List.of("application/json", "application/*", "*/*");

  private static final Pattern QUALITY = Pattern.compile(";\\s*q\\s*=\\s*([01](\\.\\d{0,3})?)");

  private record Range(String type, double quality, int place) {}

  private AcceptHeader() {}

  /**
   * Whether events are wanted rather than JSON: they are named, and of a higher quality or, of the
   * same, before what admits JSON.
   */
  static boolean prefersEvents(MultiMap headers) {
    String all = String.join(",", headers.getAll("Accept")).toLowerCase(Locale.ROOT);
    if (!all.contains(EVENTS)) {
      return false;
    }
    List<Range> ranges = ranges(all);
    Optional<Range> events = first(ranges, EVENTS).filter(range -> range.quality() > 0);
    Optional<Range> json = JSON.stream().flatMap(type -> first(ranges, type).stream()).findFirst();
    return events.isPresent()
        && (json.isEmpty()
            || Comparator.comparingDouble(Range::quality)
                    .thenComparing(Range::place, Comparator.reverseOrder())
                    .compare(events.get(), json.get())
                > 0);
  }

  private static Optional<Range> first(List<Range> ranges, String type) {
    return ranges.stream().filter(range -> range.type().equals(type)).findFirst();
  }

  private static List<Range> ranges(String all) {
    List<Range> ranges = new ArrayList<>();
    for (String part : all.split(",", -1)) {
      int end = part.indexOf(';');
      String type = (end < 0 ? part : part.substring(0, end)).strip();
      Matcher quality = QUALITY.matcher(part);
      ranges.add(
          new Range(
              type, quality.find() ? Double.parseDouble(quality.group(1)) : 1, ranges.size()));
    }
    return ranges;
  }
}
