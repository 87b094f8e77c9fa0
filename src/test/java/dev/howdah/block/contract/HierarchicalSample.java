package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** The participants do the work. */
final class HierarchicalSample implements Sample {
  @Override
  public String kind() {
    return "hierarchical";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: hierarchical
              data:
                agents:
                  - id: lead
                    role: manager
                    type: transform
                    value: "${ if .worker_results then [.worker_results[].output] | add else {subtasks: [{worker: \\"call\\", task: 1}]} end }"
                  - {id: call, type: transform, value: "${ .task * 4 }"}
            """,
            "1",
            """
            {"delegation": [{"worker": "call", "task": 1}],
             "worker_results": [{"agent": "call", "task": 1, "output": 4}],
             "final_result": 4}
            """,
            List.of("it", "it#1/lead", "it[0]/call", "it#3/lead")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: hierarchical, data: <!>{task: t}}
        """,
        "pattern.too-few");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: hierarchical
              data:
                agents:
                  - id: lead
                    role: manager
                    type: transform
                    value: "${ if .worker_results then [.worker_results[].output] | add else {subtasks: [{worker: \\"call\\", task: 1}]} end }"
                  - {id: call, type: http, data: {url: "SERVICE/refuse"}}
            """,
            "1",
            "http.status",
            Blame.DESIGN,
            List.of("it failed", "it[0]/call failed", "it#1/lead")),
        new Fails(
            """
            - id: it
              type: hierarchical
              data:
                agents:
                  - {id: lead, role: manager, type: transform, value: nobody}
                  - {id: w, type: transform, value: 1}
            """,
            "1",
            "hierarchical.no-delegation",
            Blame.WORKER,
            List.of("it failed", "it#1/lead", "it#2/lead")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: hierarchical
              data:
                agents:
                  - id: lead
                    role: manager
                    type: transform
                    value: "${ if .worker_results then [.worker_results[].output] | add else {subtasks: [{worker: \\"call\\", task: 1}]} end }"
                  - id: call
                    type: http
                    retry: {maxAttempts: 2, backoff: 1ms}
                    data: {url: "SERVICE/flaky", body: 1}
            """,
            "1",
            """
            {"delegation": [{"worker": "call", "task": 1}],
             "worker_results": [{"agent": "call", "task": 1, "output": 1}],
             "final_result": 1}
            """,
            List.of("it", "it[0]/call retried", "it[0]/call", "it#1/lead", "it#3/lead")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: hierarchical
                  timeout: LIMIT
                  data:
                    agents:
                      - id: lead
                        role: manager
                        type: transform
                        value: "${ if .worker_results then [.worker_results[].output] | add else {subtasks: [{worker: \\"call\\", task: 1}]} end }"
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
          type: hierarchical
          data:
            agents:
              - id: lead
                role: manager
                type: transform
                value: "${ if .worker_results then [.worker_results[].output] | add else {subtasks: [{worker: \\"call\\", task: 1}]} end }"
              - id: call
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: 1}
        """,
        "1",
        """
        {"delegation": [{"worker": "call", "task": 1}],
         "worker_results": [{"agent": "call", "task": 1, "output": 1}],
         "final_result": 1}
        """,
        List.of("it", "it[0]/call", "it#1/lead", "it#3/lead"),
        Outside.HTTP);
  }
}
