package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A wait works with nobody but those who settle promises. */
final class WaitSample implements Sample {
  @Override
  public String kind() {
    return "wait";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: wait, data: {promise: kept}}
            """,
            "7",
            "\"as promised\"",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: wait, data: {schema: {type: <!>7}}}
        """,
        "design.schema");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: wait, data: {promise: broken}}
            """,
            "7",
            "promise.rejected",
            Blame.CALLER,
            List.of("it failed")),
        new Fails(
            """
            - {id: it, type: wait, data: {timeout: 50ms}}
            """,
            "7",
            "promise.timed-out",
            Blame.CALLER,
            List.of("it failed")),
        new Fails(
            """
            - {id: it, type: wait, data: {promise: "${ null }"}}
            """,
            "7",
            "wait.promise",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.cannot("a promise is settled once and for all");
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - {id: it, type: wait, timeout: LIMIT, retry: {maxAttempts: 1}, data: {}}
                """,
                "7",
                "block.timeout",
                Blame.DESIGN,
                Outside.PROMISE)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - {id: it, type: wait, data: {title: "May it go on?"}}
        """,
        "7",
        "\"as promised\"",
        List.of("it"),
        Outside.PROMISE);
  }
}
