package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A sleep fails for nothing but a time that is none, and works with nobody. */
final class SleepSample implements Sample {
  @Override
  public String kind() {
    return "sleep";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: sleep, data: {duration: 20ms}}
            """,
            "7",
            "7",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: sleep, data: <!>{duration: soon}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: sleep, data: {duration: "${ . }"}}
            """,
            "\"soon\"",
            "sleep.time",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.cannot("a time that is none is none the next time as well");
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - {id: it, type: sleep, timeout: LIMIT, retry: {maxAttempts: 1}, data: {duration: 1h}}
                """,
                "7",
                "block.timeout",
                Blame.DESIGN,
                Outside.NOBODY)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - {id: it, type: sleep, data: {duration: 5s}}
        """,
        "7",
        "7",
        List.of("it"),
        Outside.NOBODY);
  }
}
