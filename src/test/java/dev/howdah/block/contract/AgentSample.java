package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A model, and the tools it calls. */
final class AgentSample implements Sample {
  @Override
  public String kind() {
    return "agent";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: agent, data: {base_url: MODEL, model: m, prompt: "How many?"}}
            """,
            "1",
            "\"Two humps.\"",
            List.of("it")),
        new Works(
            """
            - id: it
              type: agent
              data:
                base_url: MODEL
                model: m
                prompt: "What are 2 and 3?"
                tools:
                  - name: add
                    parameters: {type: object, required: [a, b]}
                    type: transform
                    data: {value: "${ .a + .b }"}
            """,
            "1",
            "\"It is 5.\"",
            List.of("it", "it#1/model", "it#1/add", "it#2/model")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: agent, data: <!>{model: m, api_key: written, prompt: "?"}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: agent, data: {base_url: MODEL, model: m, prompt: "the secret?"}}
            """,
            "1",
            "agent.unauthorized",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - id: it
              type: agent
              retry: {maxAttempts: 2, backoff: 1ms}
              data: {base_url: "http://127.0.0.1:1/v1", model: m, prompt: "?"}
            """,
            "1",
            "agent.connect",
            Blame.WORKER,
            List.of("it retried", "it failed")),
        new Fails(
            """
            - id: it
              type: agent
              data:
                base_url: MODEL
                model: m
                prompt: "the secret?"
                tools:
                  - name: add
                    parameters: {type: object, required: [a, b]}
                    type: transform
                    data: {value: "${ .a + .b }"}
            """,
            "1",
            "agent.unauthorized",
            Blame.DESIGN,
            List.of("it failed", "it#1/model failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: agent
              retry: {maxAttempts: 2, backoff: 1ms}
              data: {base_url: MODEL, model: m, prompt: "Ask twice."}
            """,
            "1",
            "\"Two humps.\"",
            List.of("it retried", "it")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: agent
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data: {base_url: "SERVICE/held/${ $execution.id }/v1", model: m, prompt: "Well?"}
                """,
                "1",
                "block.timeout",
                Blame.WORKER,
                Outside.HTTP),
            new Hangs(
                """
                - id: it
                  type: agent
                  timeout: LIMIT
                  data:
                    base_url: MODEL
                    model: m
                    prompt: "What are 2 and 3?"
                    tools:
                      - name: add
                        parameters: {type: object}
                        type: http
                        timeout: 10m
                        data: {url: "SERVICE/held/${ $execution.id }", body: "${ .a + .b }"}
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
          type: agent
          timeout: 5m
          data:
            base_url: MODEL
            model: m
            prompt: "What are 2 and 3?"
            tools:
              - name: add
                parameters: {type: object}
                type: http
                timeout: 10m
                data: {url: "SERVICE/held/${ $execution.id }", body: "${ .a + .b }"}
        """,
        "1",
        "\"It is 5.\"",
        List.of("it", "it#1/model", "it#1/add", "it#2/model"),
        Outside.HTTP);
  }
}
