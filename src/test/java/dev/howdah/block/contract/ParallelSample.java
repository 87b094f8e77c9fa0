package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The participants do the work. */
final class ParallelSample implements Sample {
  @Override
  public String kind() {
    return "parallel";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: parallel
              data:
                agents:
                  - {id: one, type: transform, value: "${ .task + 1 }"}
                  - id: sum
                    role: aggregator
                    type: transform
                    value: "${ [.individual_results[].output] | add }"
            """,
            "1",
            """
            {"individual_results": [{"agent": "one", "output": 2}],
             "aggregated_result": 2}
            """,
            List.of("it", "it/one", "it/sum")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: parallel, data: <!>{task: t}}
        """,
        "pattern.too-few");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: parallel
              data: {agents: [{id: call, type: http, data: {url: "SERVICE/refuse"}}]}
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
              type: parallel
              data:
                agents:
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
            """,
            "1",
            """
            {"individual_results": [{"agent": "call", "output": 1}],
             "aggregated_result": null}
            """,
            List.of("it", "it/call retried", "it/call")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: parallel
                  timeout: LIMIT
                  data:
                    agents:
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
          type: parallel
          data:
            agents:
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        """
        {"individual_results": [{"agent": "call", "output": 1}],
         "aggregated_result": null}
        """,
        List.of("it", "it/call"),
        Outside.HTTP);
  }
}
