package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A router computes and calls nobody. */
final class RouterSample implements Sample {
  @Override
  public String kind() {
    return "router";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: router
              data: {routes: [{when: "${ . > 3 }", to: [big]}], otherwise: [small]}
            - {id: big, type: transform, data: {value: big}}
            - {id: small, type: transform, data: {value: small}}
            connections: []
            """,
            "5",
            "\"big\"",
            List.of("it", "big")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: router, data: <!>{routes: []}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: router
              data: {routes: [{when: "${ error(\\"no\\") }", to: [big]}], otherwise: [small]}
            - {id: big, type: transform, data: {value: big}}
            - {id: small, type: transform, data: {value: small}}
            connections: []
            """,
            "5",
            "expression.failed",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - id: it
              type: router
              data: {routes: [{when: "${ last(range(1e12)) }", to: [big]}], otherwise: [small]}
            - {id: big, type: transform, data: {value: big}}
            - {id: small, type: transform, data: {value: small}}
            connections: []
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
        - id: it
          type: router
          data: {routes: [{when: "${ . > 3 }", to: [big]}], otherwise: [small]}
        - {id: big, type: transform, data: {value: big}}
        - {id: small, type: transform, data: {value: small}}
        connections: [{source: before, target: it}]
        """,
        "2",
        "\"small\"",
        List.of("before", "it", "small"),
        Outside.HTTP);
  }
}
