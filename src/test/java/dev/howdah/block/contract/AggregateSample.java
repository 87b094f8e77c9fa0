package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** An aggregate works with other executions, of which there are none here. */
final class AggregateSample implements Sample {
  @Override
  public String kind() {
    return "aggregate";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: aggregate, data: {key: "${ $execution.id }", within: 50ms}}
            """,
            "7",
            "[7]",
            List.of("it")),
        new Works(
            """
            - {id: it, type: aggregate, data: {key: "${ $execution.id }", size: 1}}
            """,
            "7",
            "[7]",
            List.of("it")),
        new Works(
            """
            - {id: it, type: aggregate, data: {key: "${ $execution.id }", enough: "${ add >= 7 }"}}
            """,
            "7",
            "[7]",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: aggregate, data: <!>{key: k}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: aggregate, data: {key: "${ error(\\"no\\") }", size: 2}}
            """,
            "7",
            "expression.failed",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - {id: it, type: aggregate, data: {key: "${ $execution.id }", enough: "${ add.sum }"}}
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
                - id: it
                  type: aggregate
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data: {key: "${ $execution.id }", size: 2}
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
        - {id: it, type: aggregate, data: {key: "${ $execution.id }", within: 5s}}
        """,
        "7",
        "[7]",
        List.of("it"),
        Outside.NOBODY);
  }
}
