package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The participants do the work. */
final class ReflectionSample implements Sample {
  @Override
  public String kind() {
    return "reflection";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: reflection
              data:
                agents:
                  - {id: writer, type: transform, value: "${ (.previous // .task) * 2 }"}
                  - {id: critic, type: transform, value: "${ .output > 5 }"}
            """,
            "2",
            """
            {"iterations": [
                {"round": 1, "agent": "writer", "output": 4, "accepted": false, "critiques": [{"agent": "critic", "accepted": false, "feedback": null}]},
                {"round": 2, "agent": "writer", "output": 8, "accepted": true, "critiques": [{"agent": "critic", "accepted": true, "feedback": null}]}],
             "final_result": 8}
            """,
            List.of("it", "it#1/writer", "it#1/critic", "it#2/writer", "it#2/critic")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: reflection, data: <!>{task: t}}
        """,
        "pattern.too-few");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: reflection
              data:
                agents:
                  - {id: call, type: http, data: {url: "SERVICE/refuse"}}
                  - {id: critic, type: transform, value: "${ {accepted: true} }"}
            """,
            "1",
            "http.status",
            Blame.DESIGN,
            List.of("it failed", "it#1/call failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: reflection
              data:
                agents:
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
                  - {id: critic, type: transform, value: "${ {accepted: true} }"}
            """,
            "1",
            """
            {"iterations": [
                {"round": 1, "agent": "call", "output": 1, "accepted": true, "critiques": [{"agent": "critic", "accepted": true, "feedback": null}]}],
             "final_result": 1}
            """,
            List.of("it", "it#1/call retried", "it#1/call", "it#1/critic")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: reflection
                  timeout: LIMIT
                  data:
                    agents:
                      - id: call
                        type: http
                        timeout: 10m
                        data: {url: "SERVICE/held/${ $execution.id }", body: 1}
                      - {id: critic, type: transform, value: "${ {accepted: true} }"}
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
          type: reflection
          data:
            agents:
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
              - {id: critic, type: transform, value: "${ {accepted: true} }"}
        """,
        "1",
        """
        {"iterations": [
            {"round": 1, "agent": "call", "output": 1, "accepted": true, "critiques": [{"agent": "critic", "accepted": true, "feedback": null}]}],
         "final_result": 1}
        """,
        List.of("it", "it#1/call", "it#1/critic"),
        Outside.HTTP);
  }
}
