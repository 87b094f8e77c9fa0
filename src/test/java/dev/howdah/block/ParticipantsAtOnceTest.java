package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.howdah.config.Settings;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.node.EngineNode;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Participants that work at once, each of which gets no answer until all of them have asked. */
class ParticipantsAtOnceTest {
  private static final String LEAD =
      """
      - {id: lead, role: ROLE, type: transform, value: "${ if .worker_results then 0 else ANSWER end }"}
      """
          .strip();

  @TempDir static Path directory;
  private static Meeting meeting;
  private static EngineNode node;

  @BeforeAll
  static void start() throws Exception {
    meeting = new Meeting();
    node =
        EngineNode.start(
            Settings.of(
                Map.of(
                    "howdah.data", directory.toString(),
                    "howdah.broker.port", "0",
                    "howdah.http.port", "0")),
            InstantSource.system(),
            true,
            fault -> {});
  }

  @AfterAll
  static void stop() {
    node.close();
    meeting.close();
  }

  /** A pattern of somebody who leads and three who ask the service. */
  private static String design(String mode, String kind, String lead) {
    String id = kind + "-" + mode;
    String agents = lead.isEmpty() ? "" : "      " + lead + "\n";
    for (String agent : new String[] {"a", "b", "c"}) {
      agents +=
          "      - {id: %s, type: http, url: \"%s/%s/3\"}\n".formatted(agent, meeting.url(), id);
    }
    return """
        id: %s
        mode: %s
        blocks:
        - id: all
          type: %s
          data:
            task: Meet
            agents:
        """
            .formatted(id, mode, kind)
        + agents;
  }

  private static Ending ending(String design) throws Exception {
    String plan = node.catalog().save("test.yaml", design, n -> Optional.empty(), false).plan();
    String id = node.engine().nextId();
    var ending = node.engine().endingOfNew(id);
    node.engine()
        .start(
            new StartRequest(
                Optional.empty(),
                plan,
                Value.of(Json.trusted("null")),
                "manual",
                "test",
                Optional.empty()),
            id)
        .get();
    return ending.get(60, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parallel     | |",
        "hierarchical | manager   | {a: 1, b: 2, c: 3}",
        "routing      | router    | [\\\"a\\\", \\\"b\\\", \\\"c\\\"]",
        "reflection   | generator | 1"
      })
  void allHaveAskedBeforeOneIsAnswered(String kind, String roleOrNull, String answer)
      throws Exception {
    String lead =
        roleOrNull == null ? "" : LEAD.replace("ROLE", roleOrNull).replace("ANSWER", answer);
    for (String mode : new String[] {"durable", "express"}) {
      assertInstanceOf(Ending.Completed.class, ending(design(mode, kind, lead)));
    }
  }
}
