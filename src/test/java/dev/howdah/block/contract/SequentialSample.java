package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The participants do the work. */
final class SequentialSample implements Sample {
  @Override
  public String kind() {
    return "sequential";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: sequential
              data:
                agents:
                  - {id: one, type: transform, value: "${ . + 1 }"}
                  - {id: two, type: transform, value: "${ . * 2 }"}
            """,
            "1",
            """
            {"steps": [
                {"agent": "one", "output": 2},
                {"agent": "two", "output": 4}],
             "final_result": 4}
            """,
            List.of("it", "it/one", "it/two")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: sequential, data: <!>{task: t}}
        """,
        "pattern.too-few");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: sequential
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
              type: sequential
              data:
                agents:
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
            """,
            "1",
            "{\"steps\":[{\"agent\":\"call\",\"output\":1}],\"final_result\":1}",
            List.of("it", "it/call retried", "it/call")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: sequential
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
          type: sequential
          data:
            agents:
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        "{\"steps\":[{\"agent\":\"call\",\"output\":1}],\"final_result\":1}",
        List.of("it", "it/call"),
        Outside.HTTP);
  }
}
