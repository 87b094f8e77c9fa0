package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A service over HTTP. */
final class HttpSample implements Sample {
  @Override
  public String kind() {
    return "http";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: http, data: {url: SERVICE/echo, body: "${ . }"}}
            """,
            "{\"n\":1}",
            "{\"n\":1}",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: http, data: {url: SERVICE/echo, <!>bode: 1}}
        """,
        "design.unknown-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: http, data: {url: SERVICE/refuse}}
            """,
            "1",
            "http.status",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - id: it
              type: http
              retry: {maxAttempts: 2, backoff: 1ms}
              data: {url: "http://127.0.0.1:1/"}
            """,
            "1",
            "http.connect",
            Blame.WORKER,
            List.of("it retried", "it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: http
              retry: {maxAttempts: 2, backoff: 1ms}
              data: {url: SERVICE/flaky, body: "${ . }"}
            """,
            "7",
            "7",
            List.of("it retried", "it")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: http
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data: {url: "SERVICE/held/${ $execution.id }", body: "${ . }"}
                """,
                "1",
                "http.timeout",
                Blame.WORKER,
                Outside.HTTP)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - {id: it, type: http, data: {url: "SERVICE/held/${ $execution.id }", body: "${ . }"}}
        """,
        "1",
        "1",
        List.of("it"),
        Outside.HTTP);
  }
}
