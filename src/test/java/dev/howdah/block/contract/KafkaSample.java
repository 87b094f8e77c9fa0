package dev.howdah.block.contract;

import dev.howdah.fault.Blame;
import java.util.List;

/** Somebody who replies to messages on a topic. */
final class KafkaSample implements Sample {
  @Override
  public String kind() {
    return "kafka";
  }

  @Override
  public List<Works> works() {
    return List.of(
        new Works(
            """
            - {id: it, type: kafka, data: {topic: requests, reply: {topic: replies}}}
            """,
            "{\"n\":1}",
            "{\"n\":1}",
            List.of("it")),
        new Works(
            """
            - {id: it, type: kafka, data: {topic: replies}}
            - {id: where, type: transform, data: {value: "${ .topic }"}}
            """,
            "1",
            "\"replies\"",
            List.of("it", "where")));
  }

  @Override
  public Refused refused() {
    return new Refused(
        """
        - {id: it, type: kafka, data: <!>{topic: howdah.work}}
        """,
        "design.invalid-setting");
  }

  @Override
  public List<Fails> fails() {
    return List.of(
        new Fails(
            """
            - {id: it, type: kafka, data: {topic: nowhere}}
            """,
            "1",
            "kafka.unknown-topic",
            Blame.DESIGN,
            List.of("it failed")),
        new Fails(
            """
            - id: it
              type: kafka
              retry: {maxAttempts: 2, backoff: 1ms}
              timeout: 100ms
              data: {topic: held-requests, reply: {topic: replies}}
            """,
            "1",
            "block.timeout",
            Blame.WORKER,
            List.of("it retried", "it failed")));
  }

  @Override
  public Case<Works> retried() {
    return Case.of(
        new Works(
            """
            - id: it
              type: kafka
              timeout: 2s
              retry: {maxAttempts: 2, backoff: 1ms}
              data: {topic: flaky-requests, reply: {topic: replies}}
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
                  type: kafka
                  timeout: LIMIT
                  retry: {maxAttempts: 1}
                  data: {topic: held-requests, reply: {topic: replies}}
                """,
                "1",
                "block.timeout",
                Blame.WORKER,
                Outside.READER)));
  }

  @Override
  public Interrupted interrupted() {
    return new Interrupted(
        """
        - {id: it, type: kafka, data: {topic: held-requests, reply: {topic: replies}}}
        """,
        "1",
        "1",
        List.of("it"),
        Outside.READER);
  }
}
