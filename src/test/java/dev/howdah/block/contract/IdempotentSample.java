package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A key is looked up in the transaction that records the step. */
final class IdempotentSample implements Sample {
  @Override
  public String kind() {
    return "idempotent";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: idempotent, data: {key: "${ $execution.id }"}}
            """,
            "7",
            "7",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: idempotent, data: {key: k, retention: <!>soon}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: idempotent, data: {key: "${ null }"}}
            """,
            "7",
            "idempotent.no-key",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.cannot("what it evaluates depends on the input alone");
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.cannot("the key is there or it is not, and nobody is waited for");
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - {id: before, type: http, data: {url: "SERVICE/held/${ $execution.id }", body: "${ . }"}}
        - {id: it, type: idempotent, data: {key: "${ $execution.id }"}}
        """,
        "7",
        "7",
        List.of("before", "it"),
        Outside.HTTP);
  }
}
