package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Connections of type agent, and those that extract an output. */
class ParticipantConnectionsTest {
  private static final String BLOCKS =
      """
      blocks:
      - id: block-1
        type: parallel
        position: {x: 50, y: 50}
        data:
          label: First
          agents:
          - {id: agent-1, type: flaky, failures: 1, value: "${ .task + 1 }"}
          - {id: agent-2, type: transform, value: "${ .task * 2 }"}
      - id: block-2
        type: parallel
        data:
          label: Second
          task: Say what you know
          agents:
          - {id: agent-1, type: transform, value: "${ {known: .context} }"}
          - {id: agent-2, type: flaky, value: "${ {known: .context, input: (.input | type)} }"}
      """;

  private static Trial trial;

  @BeforeAll
  static void start() {
    trial = new Trial();
  }

  @AfterAll
  static void stop() {
    trial.close();
  }

  @Test
  void aParticipantGetsWhatAnotherCameTo() throws Exception {
    assertEquals(
        "{\"individual_results\":[{\"agent\":\"agent-1\",\"output\":{\"known\":{\"block\":\"block-1\","
            + "\"agent\":\"agent-2\",\"output\":10}}},"
            + "{\"agent\":\"agent-2\",\"output\":{\"known\":null,\"input\":\"object\"}}],\"aggregated_result\":null}",
        trial.result(
            BLOCKS
                + """
                connections:
                - {id: conn-1, source: block-1, target: block-2, type: agent, sourceAgent: agent-2, targetAgent: agent-1}
                """,
            "5"));
  }

  @Test
  void whatIsNullInABlockIsAsIfItWasLeftOut() throws Exception {
    assertEquals(
        "[null,10]",
        trial.result(
            """
            blocks:
            - {id: one, type: sequential, data: {agents: [{id: a, type: flaky, value: "${ . * 2 }"}]}}
            - id: two
              type: parallel
              data:
                {label: null, task: null, rounds: null, context: null, participants: null, agents: [
                {id: a, name: null, role: null, description: null, data: null, type: flaky, value: "${ .x }"},
                {id: b, type: flaky, value: "${ .context }"}]}
            - {id: outputs, type: transform, data: {value: "${ [.individual_results[].output] }"}}
            connections:
            - {source: one, target: two, type: agent, sourceAgent: a, targetAgent: b, extract_output: true}
            - {source: two, target: outputs}
            """,
            "5"));
  }

  @Test
  void severalConnectionsAddUpAndTheOutputAloneCanBeExtracted() throws Exception {
    assertEquals(
        "{\"individual_results\":[{\"agent\":\"agent-1\",\"output\":{\"known\":[10,6]}},"
            + "{\"agent\":\"agent-2\",\"output\":{\"known\":6,\"input\":\"object\"}}],\"aggregated_result\":null}",
        trial.result(
            BLOCKS
                + """
                connections:
                - {source: {blockId: block-1}, target: {blockId: block-2}, type: agent, sourceAgent: agent-2, targetAgent: agent-1, extract_output: true}
                - {source: block-1, target: block-2, type: agent, sourceAgent: agent-1, targetAgent: agent-1, extract_output: true}
                - {source: block-1, target: block-2, type: agent, sourceAgent: agent-1, targetAgent: agent-2, extract_output: true}
                - {source: block-1, target: block-2, type: block, sourceAgent: null, targetAgent: "", extract_output: false}
                """,
            "5"));
  }

  @Test
  void aConnectionBetweenBlocksMayCarryTheFinalResultAlone() throws Exception {
    String design =
        """
        blocks:
        - id: first
          type: KIND
          data:
            agents:
            - {id: agent-1, role: ROLE, type: flaky, value: "${ 7 }"}
            - {id: agent-2, type: flaky, value: "${ 8 }"}
        - {id: second, type: transform, data: {value: "${ . }"}}
        - {id: third, type: transform, data: {value: "${ . }"}}
        connections:
        - {source: first, target: second, type: block, extract_output: true}
        - {source: second, target: third}
        - {source: first, target: third, extract_output: true}
        """;
    assertEquals(
        "{\"first\":8,\"second\":8}",
        trial.result(design.replace("KIND", "sequential").replace("role: ROLE, ", ""), "5"));
    assertEquals(
        "{\"first\":7,\"second\":7}",
        trial.result(design.replace("KIND", "parallel").replace("ROLE", "aggregator"), "5"));
    assertEquals(
        "{\"first\":7,\"second\":7}",
        trial.result(design.replace("KIND", "debate").replace("ROLE", "moderator"), "5"));
    assertEquals(
        "{\"first\":7,\"second\":7}",
        trial.result(design.replace("KIND", "reflection").replace("ROLE", "generator"), "5"));
  }

  @Test
  void everyParticipantOfEveryPatternCanBeQuoted() throws Exception {
    assertEquals("[1,1]", quoted("sequential", "", "1", "1"));
    assertEquals("[2,1]", quoted("parallel", "aggregator", "2", "1"));
    assertEquals("[2,1]", quoted("debate", "moderator", "2", "1"));
    assertEquals("[1,\"no\"]", quoted("reflection", "generator", "1", "\\\"no\\\""));
    assertEquals(
        "[5,1]",
        quoted("hierarchical", "manager", "if .worker_results then 5 else {b: 3} end", "1"));
    assertEquals("[{\"selected\":[\"b\"]},1]", quoted("routing", "router", "\\\"b\\\"", "1"));
  }

  /** What is told of participants a and b. */
  private static String quoted(String kind, String role, String a, String b) throws Exception {
    String result =
        trial.result(
            """
            blocks:
            - id: first
              type: %s
              data:
                rounds: 2
                agents:
                - {id: a, role: "%s", type: flaky, value: "${ %s }"}
                - {id: b, type: flaky, value: "${ %s }"}
            - id: second
              type: sequential
              data:
                agents:
                - {id: c, type: transform, value: "${ .context }"}
            connections:
            - {source: first, target: second, type: agent, sourceAgent: a, targetAgent: c, extract_output: true}
            - {source: first, target: second, type: agent, sourceAgent: b, targetAgent: c, extract_output: true}
            """
                .formatted(kind, role, a, b),
            "5");
    return result.substring(result.indexOf("\"final_result\":") + 15, result.length() - 1);
  }

  @Test
  void whoTakesPartInTheSameBlockCannotBeConnected() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        BLOCKS
                            + """
                            connections:
                            - {source: block-1, target: block-2}
                            - {source: block-1, target: block-1, type: agent, sourceAgent: agent-1, targetAgent: agent-2}
                            """,
                        "5"))
            .getMessage();
    assertEquals(
        "test.yaml:21:3: \"agent-1\" and \"agent-2\" take part in the same block \"block-1\", whose"
            + " pattern alone says who hears whom. Remove the connection, or put \"agent-2\" into a"
            + " block of its own and connect that.",
        told);
  }

  @Test
  void refusesWhatItCannotDo() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        BLOCKS
                            + """
                            - {id: block-3, type: transform, data: {value: "${ . }"}}
                            connections:
                            - {source: block-1, target: block-2, type: agent, sourceAgent: agent-9, targetAgent: agent-1}
                            - {source: block-1, target: block-2, type: agent, sourceAgent: agent-1, targetAgent: agent-8}
                            - {source: block-1, target: block-3, type: agent, sourceAgent: agent-1, targetAgent: agent-7}
                            - {source: block-2, target: block-3, type: agent, sourceAgent: agent-1}
                            - {source: block-2, target: block-3, extract_output: maybe}
                            - {source: block-1, target: block-3, on: error, extract_output: true}
                            """,
                        "5"))
            .getMessage();
    assertTrue(told.contains("\"agent-9\" does not take part in \"block-1\""), told);
    assertTrue(told.contains("\"agent-8\" does not take part in \"block-2\""), told);
    assertTrue(told.contains("\"agent-7\" does not take part in \"block-3\""), told);
    assertTrue(told.contains("\"targetAgent\" is missing"), told);
    assertTrue(told.contains("neither true nor false"), told);
    assertTrue(told.contains("carries faults"), told);
  }
}
