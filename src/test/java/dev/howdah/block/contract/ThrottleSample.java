package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A throttle works with nobody; each execution here has a rate of its own. */
final class ThrottleSample implements Sample {
  @Override
  public String kind() {
    return "throttle";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: throttle, data: {rate: 1000}}
            """,
            "7",
            "7",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: throttle, data: <!>{rate: 0}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: throttle, data: {rate: 1, key: "${ error(\\"no\\") }"}}
            """,
            "7",
            "expression.failed",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.cannot("what it evaluates depends on the input alone");
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: first
                  type: throttle
                  data: {rate: 1, per: 1d, name: a-day, key: "${ $execution.id }"}
                - id: it
                  type: throttle
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data: {rate: 1, per: 1d, name: a-day, key: "${ $execution.id }"}
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
        - id: first
          type: throttle
          data: {rate: 1, per: 5s, name: some, key: "${ $execution.id }"}
        - {id: it, type: throttle, data: {rate: 1, per: 5s, name: some, key: "${ $execution.id }"}}
        """,
        "7",
        "7",
        List.of("first", "it"),
        Outside.NOBODY);
  }
}
