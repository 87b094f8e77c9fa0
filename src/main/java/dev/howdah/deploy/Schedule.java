package dev.howdah.deploy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Mistakes;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

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
  private static final String CODE = "schedule.form";
  private static final long MOST_SECONDS = 366L * 24 * 3600;

  /**
   * @throws dev.howdah.fault.FaultException {@code schedule.form}
   */
  public Schedule {
    Mistakes mistakes = new Mistakes(CODE);
    check(enabled, cronExpression, intervalSeconds, "", mistakes);
    mistakes.throwIfAny();
  }

  private static void check(
      boolean enabled,
      Optional<String> cron,
      Optional<Long> seconds,
      String place,
      Mistakes mistakes) {
    if (cron.isPresent() && seconds.isPresent()) {
      mistakes.add(
          CODE,
          place,
          "the schedule has both cron_expression and interval_seconds",
          "leave one of them out");
    }
    if (enabled && cron.isEmpty() && seconds.isEmpty()) {
      mistakes.add(
          CODE,
          place,
          "the schedule is enabled without a time",
          "give cron_expression or interval_seconds");
    }
    cron.ifPresent(text -> Cron.check(text, CODE, place + "/cron_expression", mistakes));
    seconds
        .filter(number -> number < 1 || number > MOST_SECONDS)
        .ifPresent(
            number ->
                mistakes.add(
                    CODE,
                    place + "/interval_seconds",
                    "interval_seconds is " + number,
                    "it is from 1 to " + MOST_SECONDS));
  }

  /**
   * Reads a schedule as callers write it; empty when it has mistakes.
   *
   * @param place the JSON pointer where it stands
   * @param mistakes gets everything that is wrong with it
   */
  public static Optional<Schedule> read(JsonNode json, String place, Mistakes mistakes) {
    if (!json.isObject()) {
      mistakes.add(
          CODE,
          place,
          "the schedule is no object",
          "write one such as {\"enabled\": false, \"interval_seconds\": 60}");
      return Optional.empty();
    }
    return new Reader(json, place, mistakes).schedule();
  }

  private record Reader(JsonNode json, String place, Mistakes mistakes) {
    Optional<Schedule> schedule() {
      int before = mistakes.size();
      json.fieldNames()
          .forEachRemaining(
              name -> {
                if (!FIELDS.contains(name)) {
                  wrong(
                      name,
                      "the schedule has no field \"%s\"".formatted(name),
                      "there are enabled, cron_expression, interval_seconds, timezone");
                }
              });
      Optional<Boolean> enabled =
          value("enabled", JsonNode::isBoolean, "it is true or false").map(JsonNode::booleanValue);
      Optional<String> cron =
          value("cron_expression", JsonNode::isTextual, "it is a text")
              .map(text -> text.textValue().strip().replaceAll("\\s+", " "));
      Optional<Long> seconds =
          value(
                  "interval_seconds",
                  value -> value.isIntegralNumber() && value.canConvertToLong(),
                  "it is a whole number")
              .map(JsonNode::longValue);
      Optional<ZoneId> zone =
          value("timezone", JsonNode::isTextual, "it is a text")
              .flatMap(text -> zone(text.textValue()));
      // Whether a time is missing is known only when everything could be read.
      boolean on = mistakes.size() == before && enabled.orElse(false);
      check(on, cron, seconds, place, mistakes);
      return mistakes.size() > before
          ? Optional.empty()
          : Optional.of(new Schedule(on, cron, seconds, zone.orElse(ZoneId.of("UTC"))));
    }

    private Optional<JsonNode> value(String name, Predicate<JsonNode> form, String cure) {
      JsonNode value = json.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return Optional.empty();
      }
      if (!form.test(value)) {
        wrong(name, "%s is %s".formatted(name, value), cure);
        return Optional.empty();
      }
      return Optional.of(value);
    }

    private Optional<ZoneId> zone(String name) {
      try {
        return Optional.of(ZoneId.of(name));
      } catch (DateTimeException e) {
        wrong(
            "timezone",
            "there is no time zone \"%s\"".formatted(name),
            "write one such as UTC or Europe/Helsinki");
        return Optional.empty();
      }
    }

    private void wrong(String name, String cause, String cure) {
      mistakes.add(CODE, place + JsonPointer.empty().appendProperty(name), cause, cure);
    }
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
