package dev.howdah.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * When a deployment runs by itself.
 *
 * @param enabled whether it does
 * @param cronExpression five fields as in crontab: minute, hour, day of month, month, day of week
 * @param intervalSeconds from one start to the next
 * @param timezone where the fields are read
 */
public record Schedule(
    boolean enabled,
    Optional<String> cronExpression,
    Optional<Long> intervalSeconds,
    ZoneId timezone) {
  private static final Set<String> FIELDS =
      Set.of("enabled", "cron_expression", "interval_seconds", "timezone");
  private static final Pattern CRON = Pattern.compile("[0-9A-Za-z*,/#-]+( [0-9A-Za-z*,/#-]+){4}");
  private static final long MOST_SECONDS = 366L * 24 * 3600;

  public Schedule {
    if (cronExpression.isPresent() && intervalSeconds.isPresent()) {
      throw wrong("it has both cron_expression and interval_seconds; leave one of them out");
    }
    if (enabled && cronExpression.isEmpty() && intervalSeconds.isEmpty()) {
      throw wrong("it is enabled without a time; give cron_expression or interval_seconds");
    }
    cronExpression
        .filter(cron -> !CRON.matcher(cron).matches())
        .ifPresent(
            cron -> {
              throw wrong(
                  "cron_expression \"%s\" does not have five fields; write one such as \"0 8 * * 1-5\""
                      .formatted(cron));
            });
    intervalSeconds
        .filter(seconds -> seconds < 1 || seconds > MOST_SECONDS)
        .ifPresent(
            seconds -> {
              throw wrong("interval_seconds is from 1 to " + MOST_SECONDS + ", not " + seconds);
            });
  }

  /**
   * Reads a schedule as callers write it.
   *
   * @throws dev.howdah.fault.FaultException {@code schedule.form}
   */
  public static Schedule read(JsonNode json) {
    if (!json.isObject()) {
      throw wrong("it is an object such as {\"enabled\": true, \"interval_seconds\": 60}");
    }
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw wrong(
            "it has no field \"%s\"; there are enabled, cron_expression, interval_seconds, timezone"
                .formatted(name));
      }
    }
    JsonNode enabled = json.path("enabled");
    if (!isLeftOut(enabled) && !enabled.isBoolean()) {
      throw wrong("enabled is true or false");
    }
    return new Schedule(
        enabled.asBoolean(false),
        text(json, "cron_expression").map(cron -> cron.strip().replaceAll("\\s+", " ")),
        seconds(json.path("interval_seconds")),
        text(json, "timezone").map(Schedule::zone).orElse(ZoneId.of("UTC")));
  }

  private static Optional<String> text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (isLeftOut(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(name + " is a text");
    }
    return Optional.of(value.textValue());
  }

  private static Optional<Long> seconds(JsonNode value) {
    if (isLeftOut(value)) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong("interval_seconds is a whole number");
    }
    return Optional.of(value.longValue());
  }

  private static boolean isLeftOut(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw wrong(
          "there is no time zone \"%s\"; write one such as UTC or Europe/Helsinki".formatted(name));
    }
  }

  private static RuntimeException wrong(String what) {
    return Fault.rejected(
            "schedule.form", Blame.CALLER, "the schedule cannot be read: %s".formatted(what))
        .toException();
  }

  /** As it is stored and answered; fields that are not set are null. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("enabled", enabled);
    json.put("cron_expression", cronExpression.orElse(null));
    json.put("interval_seconds", intervalSeconds.orElse(null));
    json.put("timezone", timezone.getId());
    return json;
  }
}
