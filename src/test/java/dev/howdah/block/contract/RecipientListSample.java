package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A recipient list computes and calls nobody itself. */
final class RecipientListSample implements Sample {
  @Override
  public String kind() {
    return "recipient-list";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: recipient-list, data: {to: "${ .to }"}}
            - {id: a, type: transform, data: {value: a}}
            - {id: b, type: transform, data: {value: b}}
            connections: [{source: it, target: a}, {source: it, target: b}]
            """,
            "{\"to\":[\"a\",\"b\"]}",
            "{\"a\":\"a\",\"b\":\"b\"}",
            List.of("it", "a", "b")),
        new Works(
            """
            - {id: it, type: recipient-list, data: {to: "${ .to }"}}
            - {id: a, type: transform, data: {value: a}}
            - {id: b, type: transform, data: {value: b}}
            connections: [{source: it, target: a}, {source: it, target: b}]
            """,
            "{\"to\":\"b\"}",
            "{\"b\":\"b\"}",
            List.of("it", "b")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: recipient-list, data: {to: "${ .to | <!>}"}}
        """,
        "design.expression");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: recipient-list, data: {to: "${ .to }"}}
            - {id: a, type: transform, data: {value: a}}
            - {id: b, type: transform, data: {value: b}}
            connections: [{source: it, target: a}, {source: it, target: b}]
            """,
            "{\"to\":[\"c\"]}",
            "recipient-list.unknown",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - {id: it, type: recipient-list, data: {to: "${ last(range(1e12)) }"}}
            - {id: a, type: transform, data: {value: a}}
            - {id: b, type: transform, data: {value: b}}
            connections: [{source: it, target: a}, {source: it, target: b}]
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
        - {id: it, type: recipient-list, data: {to: "${ .to }"}}
        - {id: a, type: transform, data: {value: a}}
        - {id: b, type: transform, data: {value: b}}
        connections:
          - {source: it, target: a}
          - {source: it, target: b}
          - {source: before, target: it}
        """,
        "{\"to\":[\"a\"]}",
        "{\"a\":\"a\"}",
        List.of("before", "it", "a"),
        Outside.HTTP);
  }
}
