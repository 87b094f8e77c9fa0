package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A design runs an execution of its own, whose blocks do the work. */
final class DesignSample implements Sample {
  @Override
  public String kind() {
    return "design";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: design, data: {design: inner-MODE}}
            """,
            "{\"do\":\"add\",\"n\":1}",
            "2",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: design, data: {design: <!>nobody}}
        """,
        "design.unknown");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: design, data: {design: inner-MODE}}
            """,
            "{\"do\":\"fail\"}",
            "expression.failed",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.cannot(
        "the execution it runs has ended for good; what passes was tried again there");
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: design
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data: {design: inner-MODE, input: {do: hold, name: "${ $execution.id }"}}
                """,
                "1",
                "block.timeout",
                Blame.DESIGN,
                Outside.HTTP)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - id: it
          type: design
          data: {design: inner-MODE, input: {do: hold, name: "${ $execution.id }"}}
        """,
        "1",
        "1",
        List.of("it"),
        Outside.HTTP);
  }
}
