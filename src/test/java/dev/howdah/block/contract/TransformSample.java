package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A transform computes and calls nobody. */
final class TransformSample implements Sample {
  @Override
  public String kind() {
    return "transform";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: transform, data: {value: {n: "${ .n + 1 }"}}}
            """,
            "{\"n\":1}",
            "{\"n\":2}",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: transform, data: {value: "${ .n + <!>}"}}
        """,
        "design.expression");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: transform, data: {value: "${ error(\\"no\\") }"}}
            """,
            "1",
            "expression.failed",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - {id: it, type: transform, data: {value: "${ last(range(1e12)) }"}}
            """,
            "1",
            "expression.too-long",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.cannot("what depends on the input alone fails again, so it is not tried again");
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.cannot(
        "it computes from its input alone; an expression that does not end is stopped and fails");
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - {id: before, type: http, data: {url: "SERVICE/held/${ $execution.id }", body: "${ . }"}}
        - {id: it, type: transform, data: {value: {n: "${ .n + 1 }"}}}
        """,
        "{\"n\":1}",
        "{\"n\":2}",
        List.of("before", "it"),
        Outside.HTTP);
  }
}
