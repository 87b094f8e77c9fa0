package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** A service over gRPC. */
final class GrpcSample implements Sample {
  @Override
  public String kind() {
    return "grpc";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - id: it
              type: grpc
              data:
                target: GRPC
                method: probe.v1.Probe/Echo
                proto: probe.proto
                request: {text: "${ .n }"}
            - {id: said, type: transform, data: {value: "${ .text }"}}
            """,
            "{\"n\":\"one\"}",
            "\"one\"",
            List.of("it", "said")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - id: it
          type: grpc
          data: {target: GRPC, method: <!>probe.v1.Probe/Nothing, proto: probe.proto}
        """,
        "grpc.unknown-method");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - id: it
              type: grpc
              data:
                target: GRPC
                method: probe.v1.Probe/Echo
                proto: probe.proto
                health: off
                request: {userName: "${ $execution.id }", behave: INVALID_ARGUMENT}
            """,
            "1",
            "grpc.invalid-argument",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - id: it
              type: grpc
              data:
                target: GRPC
                method: probe.v1.Probe/Echo
                proto: probe.proto
                health: off
                request: {userName: "${ $execution.id }", behave: INTERNAL}
            """,
            "1",
            "grpc.internal",
            Blame.WORKER,
            List.of("it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: grpc
              retry: {maxAttempts: 2, backoff: 1ms}
              data:
                target: GRPC
                method: probe.v1.Probe/Echo
                proto: probe.proto
                health: off
                request: {userName: "${ $execution.id }", behave: once}
            - {id: said, type: transform, data: {value: "${ .behave }"}}
            """,
            "1",
            "\"once\"",
            List.of("it retried", "it", "said")));
  }

  @Override
  public Case<List<Hangs>> hangs() {
    return Case.of(
        List.of(
            new Hangs(
                """
                - id: it
                  type: grpc
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data:
                    target: GRPC
                    method: probe.v1.Probe/Echo
                    proto: probe.proto
                    health: off
                    request: {userName: "${ $execution.id }", behave: hang}
                """,
                "1",
                "grpc.timeout",
                Blame.WORKER,
                Outside.GRPC)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - id: it
          type: grpc
          data:
            target: GRPC
            method: probe.v1.Probe/Echo
            proto: probe.proto
            health: off
            request: {userName: "${ $execution.id }", behave: hang}
        - {id: said, type: transform, data: {value: "${ .behave }"}}
        """,
        "1",
        "\"hang\"",
        List.of("it", "said"),
        Outside.GRPC);
  }
}
