package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The participants do the work. */
final class DebateSample implements Sample {
  @Override
  public String kind() {
    return "debate";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: debate
              data:
                rounds: 2
                agents:
                  - {id: pro, type: transform, value: "${ .round }"}
                  - id: judge
                    role: moderator
                    type: transform
                    value: "${ [.debate[].output] | add }"
            """,
            "1",
            """
            {"debate_history": [
                {"round": 1, "agent": "pro", "output": 1},
                {"round": 2, "agent": "pro", "output": 2}],
             "verdict": 3}
            """,
            List.of("it", "it#1/pro", "it#2/pro", "it/judge")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: debate, data: <!>{task: t}}
        """,
        "pattern.too-few");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: debate
              data: {rounds: 1, agents: [{id: call, type: http, data: {url: "SERVICE/refuse"}}]}
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
              type: debate
              data:
                rounds: 1
                agents:
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
            """,
            "1",
            """
            {"debate_history": [{"round": 1, "agent": "call", "output": 1}],
             "verdict": null}
            """,
            List.of("it", "it#1/call retried", "it#1/call")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: debate
                  timeout: LIMIT
                  data:
                    rounds: 1
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
          type: debate
          data:
            rounds: 1
            agents:
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        """
        {"debate_history": [{"round": 1, "agent": "call", "output": 1}],
         "verdict": null}
        """,
        List.of("it", "it#1/call"),
        Outside.HTTP);
  }
}
