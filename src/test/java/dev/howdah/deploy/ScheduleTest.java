package dev.howdah.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.howdah.fault.FaultException;
import dev.howdah.fault.Mistakes;
import dev.howdah.json.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static Schedule read(String json) throws Exception {
    Mistakes mistakes = new Mistakes("schedule.form");
    Optional<Schedule> schedule = Schedule.read(Json.read(json), "/schedule", mistakes);
    mistakes.throwIfAny();
    return schedule.orElseThrow();
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws Exception {
    assertEquals(
        Json.read(
            "{\"enabled\": false, \"cron_expression\": null, \"interval_seconds\": null, \"timezone\": \"UTC\"}"),
        read("{}").toJson());
  }

  @Test
  void aScheduleIsWrittenAsItWasRead() throws Exception {
    String json =
        "{\"enabled\": true, \"cron_expression\": \"*/5 8-18 * * MON-FRI\", \"interval_seconds\": null, \"timezone\": \"Europe/Helsinki\"}";

    assertEquals(Json.read(json), read(json).toJson());
    assertEquals(
        "0 8 * * 1",
        read("{\"cron_expression\": \" 0  8 * * 1 \"}").cronExpression().orElseThrow());
  }

  @Test
  void whatCannotBeReadIsRefused() {
    for (String json :
        new String[] {
          "1",
          "[]",
          "{\"enabled\": \"yes\"}",
          "{\"enabled\": true}",
          "{\"cron_expression\": \"0 8 * *\"}",
          "{\"cron_expression\": \"0 0 8 * * *\"}",
          "{\"cron_expression\": 5}",
          "{\"interval_seconds\": 0}",
          "{\"interval_seconds\": 1.5}",
          "{\"interval_seconds\": 99999999999}",
          "{\"cron_expression\": \"* * * * *\", \"interval_seconds\": 5}",
          "{\"timezone\": \"Nowhere/City\"}",
          "{\"every\": 5}"
        }) {
      FaultException refused = assertThrows(FaultException.class, () -> read(json), json);
      assertEquals("schedule.form", refused.fault().code());
    }
  }
}
