package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A route of the user's own. */
final class CamelSample implements Sample {
  @Override
  public String kind() {
    return "camel";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: camel
              data: {uri: "language:simple:Hello%20$simple{body}!", body: "${ .name }", response: text}
            """,
            "{\"name\":\"Ada\"}", "\"Hello Ada!\"", List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: camel, data: {uri: <!>"nonsense:x"}}
        """,
        "camel.unknown-component");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: camel, data: {uri: direct:broken}}
            """,
            "1",
            "camel.failed",
            Blame.WORKER,
            List.of("it failed")),
        new Fails(
            """
            - {id: it, type: camel, data: {uri: "file:FILES"}}
            """,
            "1",
            "camel.not-allowed",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: camel
              retry: {maxAttempts: 2, backoff: 1ms}
              data: {uri: direct:flaky, body: you, response: text}
            """,
            "1",
            "\"Hello you!\"",
            List.of("it retried", "it")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - {id: it, type: camel, timeout: LIMIT, retry: {maxAttempts: 1}, data: {uri: direct:held}}
                """,
                "1",
                "block.timeout",
                Blame.WORKER,
                Outside.ROUTE)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - {id: it, type: camel, data: {uri: direct:held, body: {execution: "${ $execution.id }"}}}
        """,
        "1",
        "1",
        List.of("it"),
        Outside.HTTP);
  }
}
