package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The blocks inside a loop do the work. */
final class LoopSample implements Sample {
  @Override
  public String kind() {
    return "loop";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: loop
              data: {times: 2, blocks: [{id: plus, type: transform, data: {value: "${ . + 1 }"}}]}
            """,
            "1",
            "3",
            List.of("it", "it#1/plus", "it#2/plus")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: loop, data: <!>{blocks: [{id: a, type: transform, data: {value: 1}}]}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: loop
              data: {times: 1, blocks: [{id: call, type: http, data: {url: "SERVICE/refuse"}}]}
            """,
            "1",
            "http.status",
            Blame.DESIGN,
            List.of("it failed", "it#1/call failed")),
        new Fails(
            """
            - id: it
              type: loop
              data: {times: "${ . }", blocks: [{id: plus, type: transform, data: {value: 1}}]}
            """,
            "\"x\"",
            "loop.times",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: loop
              data:
                times: 1
                blocks:
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
            """,
            "1",
            "1",
            List.of("it", "it#1/call retried", "it#1/call")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: loop
                  timeout: LIMIT
                  data:
                    times: 1
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
          type: loop
          data:
            times: 1
            blocks:
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        "1",
        List.of("it", "it#1/call"),
        Outside.HTTP);
  }
}
