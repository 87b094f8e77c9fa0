package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The block inside a balance does the work, on a worker that this node is. */
final class BalanceSample implements Sample {
  @Override
  public String kind() {
    return "balance";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: balance
              data:
                block:
                  id: fibo
                  type: wasm
                  group: local
                  data: {module: modules/fibo.wat, function: fibo, args: ["${ . }"]}
            """,
            "10",
            "89",
            List.of("it", "it/fibo")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: balance, data: {block: <!>{id: plus, type: transform, data: {value: 1}}}}
        """,
        "balance.no-group");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: balance
              data: {block: {id: call, type: http, group: local, data: {url: "SERVICE/refuse"}}}
            """,
            "1",
            "http.status",
            Blame.DESIGN,
            List.of("it failed", "it/call failed")),
        new Fails(
            """
            - id: it
              type: balance
              data:
                minWorkers: 7
                block:
                  id: call
                  type: http
                  group: local
                  retry: {maxAttempts: 1}
                  data: {url: SERVICE/echo}
            """,
            "1",
            "balance.too-few-workers",
            Blame.ENGINE,
            List.of("it failed", "it/call failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: balance
              data:
                block:
                  id: call
                  type: http
                  group: local
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
                  type: balance
                  timeout: LIMIT
                  data:
                    block:
                      id: call
                      type: http
                      group: local
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
          type: balance
          data:
            block:
              id: call
              type: http
              group: local
              timeout: 10m
              data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        "1",
        List.of("it", "it/call"),
        Outside.HTTP);
  }
}
