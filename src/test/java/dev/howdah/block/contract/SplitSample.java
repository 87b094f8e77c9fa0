package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The blocks inside a split do the work. */
final class SplitSample implements Sample {
  @Override
  public String kind() {
    return "split";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: split
              data:
                items: "${ . }"
                blocks: [{id: plus, type: transform, data: {value: "${ . + $index }"}}]
            """,
            "[1,2]",
            "[1,3]",
            List.of("it", "it[0]/plus", "it[1]/plus")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - id: it
          type: split
          data: {items: "${ . | <!>}", blocks: [{id: a, type: transform, data: {value: 1}}]}
        """,
        "design.expression");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: split
              data: {items: "${ [.] }", blocks: [{id: call, type: http, data: {url: "SERVICE/refuse"}}]}
            """,
            "1",
            "http.status",
            Blame.DESIGN,
            List.of("it failed", "it[0]/call failed")),
        new Fails(
            """
            - id: it
              type: split
              data: {items: "${ . }", blocks: [{id: plus, type: transform, data: {value: 1}}]}
            """,
            "7",
            "split.not-a-list",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: split
              data:
                items: "${ [.] }"
                blocks:
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
            """,
            "1",
            "[1]",
            List.of("it", "it[0]/call retried", "it[0]/call")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: split
                  timeout: LIMIT
                  data:
                    items: "${ [.] }"
                    blocks:
                      - id: call
                        type: http
                        timeout: 10m
                        data: {url: "SERVICE/held/${ $execution.id }", body: 1}
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
          type: split
          data:
            items: "${ [.] }"
            blocks:
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        "[1]",
        List.of("it", "it[0]/call"),
        Outside.HTTP);
  }
}
