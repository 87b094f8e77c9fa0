package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A WebAssembly function has nobody to wait for, so what hangs computes without end. */
final class WasmSample implements Sample {
  @Override
  public String kind() {
    return "wasm";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: wasm, data: {module: modules/fibo.wat, function: fibo, args: ["${ .n }"]}}
            """,
            "{\"n\":10}",
            "89",
            List.of("it")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: wasm, data: {module: modules/fibo.wat, function: <!>nothing}}
        """,
        "wasm.unknown-function");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: wasm, data: {module: wasm/traps.wat, function: unreachable, args: []}}
            """,
            "1",
            "wasm.trap",
            Blame.WORKER,
            List.of("it failed")),
        new Fails(
            """
            - id: it
              type: wasm
              timeout: 100ms
              retry: {maxAttempts: 2, backoff: 1ms}
              data: {module: wasm/spin.wat, function: spin, args: []}
            """,
            "1",
            "wasm.timeout",
            Blame.WORKER,
            List.of("it retried", "it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.cannot(
        "a module cannot tell attempts apart; that it is tried again shows where it fails");
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: wasm
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data: {module: wasm/spin.wat, function: spin, args: []}
                """,
                "1",
                "wasm.timeout",
                Blame.WORKER,
                Outside.MODULE)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - id: it
          type: wasm
          timeout: 10m
          data: {module: wasm/count.wat, function: count, args: ["${ $secrets.rounds }"]}
        """,
        "1",
        "1",
        List.of("it"),
        Outside.NOBODY);
  }
}
