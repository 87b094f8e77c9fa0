package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A wire tap starts another execution and does not look back. */
final class WireTapSample implements Sample {
  @Override
  public String kind() {
    return "wire-tap";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: wire-tap, data: {design: inner-MODE}}
            """,
            "{\"do\":\"add\",\"n\":1}",
            "{\"do\":\"add\",\"n\":1}",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: wire-tap, data: {design: <!>nobody}}
        """,
        "design.unknown");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: wire-tap, data: {design: inner-MODE, input: "${ error(\\"no\\") }"}}
            """,
            "1",
            "expression.failed",
            Blame.DESIGN,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.cannot("what it evaluates depends on the input alone");
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.cannot("nobody is waited for");
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - {id: before, type: http, data: {url: "SERVICE/held/${ $execution.id }", body: "${ . }"}}
        - {id: it, type: wire-tap, data: {design: inner-MODE}}
        """,
        "{\"do\":\"add\",\"n\":1}",
        "{\"do\":\"add\",\"n\":1}",
        List.of("before", "it"),
        Outside.HTTP);
  }
}
