package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The participants do the work. */
final class RoutingSample implements Sample {
  @Override
  public String kind() {
    return "routing";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: routing
              data:
                agents:
                  - {id: pick, role: router, type: transform, value: one}
                  - {id: one, type: transform, value: "${ .task + 1 }"}
                  - {id: two, type: transform, value: 2}
            """,
            "1",
            """
            {"routing_decision": {"selected": ["one"]},
             "selected_agents": ["one"],
             "results": [{"agent": "one", "output": 2}]}
            """,
            List.of("it", "it#1/pick", "it/one")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: routing, data: <!>{task: t}}
        """,
        "pattern.too-few");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: routing
              data:
                select: "${ \\"call\\" }"
                agents: [{id: call, type: http, data: {url: "SERVICE/refuse"}}]
            """,
            "1",
            "http.status",
            Blame.DESIGN,
            List.of("it failed", "it/call failed")),
        new Fails(
            """
            - id: it
              type: routing
              data: {select: "${ . }", agents: [{id: one, type: transform, value: 1}]}
            """,
            "\"two\"",
            "routing.unknown-specialist",
            Blame.WORKER,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: routing
              data:
                select: "${ \\"call\\" }"
                agents:
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
            """,
            "1",
            """
            {"routing_decision": {"selected": ["call"]},
             "selected_agents": ["call"],
             "results": [{"agent": "call", "output": 1}]}
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
                  type: routing
                  timeout: LIMIT
                  data:
                    select: "${ \\"call\\" }"
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
          type: routing
          data:
            select: "${ \\"call\\" }"
            agents:
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        """
        {"routing_decision": {"selected": ["call"]},
         "selected_agents": ["call"],
         "results": [{"agent": "call", "output": 1}]}
        """,
        List.of("it", "it/call"),
        Outside.HTTP);
  }
}
