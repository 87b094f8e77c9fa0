package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A program, which calls nobody but is stopped itself. */
final class ExecSample implements Sample {
  @Override
  public String kind() {
    return "exec";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: exec, data: {command: [sh, -c, cat]}}
            """,
            "{\"n\":1}",
            "{\"n\":1}",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: exec, data: <!>{stdout: text}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: exec, data: {command: [sh, -c, "exit 3"]}}
            """,
            "1",
            "exec.exit",
            Blame.WORKER,
            List.of("it failed")),
        new Fails(
            """
            - {id: it, type: exec, data: {command: [rm, -r, FILES]}}
            """,
            "1",
            "exec.not-allowed",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: exec
              retry: {maxAttempts: 2, backoff: 1ms}
              data:
                command: [sh, -c, "if [ -e tried ]; then cat; else touch tried; exit 75; fi"]
                retryCodes: [75]
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
                  type: exec
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data:
                    command:
                      - sh
                      - -c
                      - "echo $$ > FILES/${ $execution.id }; until [ -e FILES/go ]; do sleep 0.02; done; cat"
                """,
                "1",
                "exec.timeout",
                Blame.WORKER,
                Outside.PROGRAM)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - id: it
          type: exec
          data:
            command:
              - sh
              - -c
              - "echo $$ > FILES/${ $execution.id }; until [ -e FILES/go ]; do sleep 0.02; done; cat"
        """,
        "1",
        "1",
        List.of("it"),
        Outside.PROGRAM);
  }
}
