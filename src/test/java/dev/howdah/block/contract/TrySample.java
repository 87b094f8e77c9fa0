package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The blocks inside a try do the work. */
final class TrySample implements Sample {
  @Override
  public String kind() {
    return "try";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: try
              data:
                blocks:
                  - {id: one, type: transform, data: {value: one}}
                  - {id: two, type: transform, data: {value: "${ error(\\"no\\") }"}}
                compensate:
                  - {id: undo, for: one, type: transform, data: {value: undone}}
                catch:
                  - blocks: [{id: sorry, type: transform, data: {value: "${ .code }"}}]
                finally: {blocks: [{id: tidy, type: transform, data: {value: tidy}}]}
            """,
            "1",
            "\"expression.failed\"",
            List.of("it", "it/one", "it/two failed", "it/undo", "it/sorry", "it/tidy")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - id: it
          type: try
          data:
            blocks: [{id: a, type: transform, data: {value: 1}}]
            compensate: [{id: b, for: <!>c, type: transform, data: {value: 1}}]
        """,
        "try.compensates-nothing");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: try
              data: {blocks: [{id: call, type: http, data: {url: "SERVICE/refuse"}}]}
            """,
            "1",
            "http.status",
            Blame.DESIGN,
            List.of("it failed", "it/call failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: try
              data:
                blocks:
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
            """,
            "1",
            "1",
            List.of("it", "it/call retried", "it/call")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: try
                  timeout: LIMIT
                  data:
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
          type: try
          data:
            blocks:
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        "1",
        List.of("it", "it/call"),
        Outside.HTTP);
  }
}
