package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A filter computes and calls nobody. */
final class FilterSample implements Sample {
  @Override
  public String kind() {
    return "filter";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: filter, data: {condition: "${ . > 3 }"}}
            - {id: kept, type: transform, data: {value: kept}}
            """,
            "5",
            "\"kept\"",
            List.of("it", "kept")),
        new Works(
            """
            - {id: it, type: filter, data: {condition: "${ . > 3 }"}}
            - {id: kept, type: transform, data: {value: kept}}
            """,
            "1",
            "null",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: filter, data: {condition: "${ . > <!>}"}}
        """,
        "design.expression");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: filter, data: {condition: "${ error(\\"no\\") }"}}
            - {id: kept, type: transform, data: {value: kept}}
            """,
            "5",
            "expression.failed",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - {id: it, type: filter, data: {condition: "${ last(range(1e12)) }"}}
            - {id: kept, type: transform, data: {value: kept}}
            """,
            "5",
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
        - {id: it, type: filter, data: {condition: "${ . > 3 }"}}
        - {id: kept, type: transform, data: {value: kept}}
        """,
        "5",
        "\"kept\"",
        List.of("before", "it", "kept"),
        Outside.HTTP);
  }
}
