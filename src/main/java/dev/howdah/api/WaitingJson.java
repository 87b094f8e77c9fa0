package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.broker.GroupLoad;
import dev.howdah.design.Block;
import dev.howdah.engine.Engine;
import dev.howdah.engine.flow.Waiting;
import dev.howdah.store.ExecutionRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Why a running execution is not done, as JSON. Blocks. Thread-safe. */
final class WaitingJson {
  private static final long ENGINE_SECONDS = 5;

  private final Engine engine;
  private final Function<String, Optional<GroupLoad>> loads;

  /**
   * @param loads who serves a group; asked only for groups that an execution waits for
   */
  WaitingJson(Engine engine, Function<String, Optional<GroupLoad>> loads) {
    this.engine = engine;
    this.loads = loads;
  }

  /**
   * Adds {@code waiting_for} to an execution that runs, and {@code ending} when all it does is to
   * undo what it has begun.
   */
  void addTo(ObjectNode json, ExecutionRow row) throws InterruptedException {
    List<Waiting> reasons;
    try {
      engine
          .endingSoon(row.id())
          .get(ENGINE_SECONDS, TimeUnit.SECONDS)
          .ifPresent(ending -> ExecutionJson.put(json.putObject("ending"), ending));
      reasons = engine.waitingFor(row.id()).get(ENGINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      json.put("message", "the engine does not tell what the execution waits for");
      return;
    }
    ArrayNode list = json.putArray("waiting_for");
    Map<String, Optional<GroupLoad>> asked = new HashMap<>();
    for (Waiting waiting : reasons) {
      ObjectNode one = list.addObject();
      one.put("path", waiting.path());
      one.put("reason", waiting.reason().label());
      one.put("group", waiting.group());
      if (waiting.reason() == Waiting.Reason.GROUP) {
        one.put("node", engine.nodeAt(row.id(), waiting).orElse(null));
        load(one, waiting.group(), asked.computeIfAbsent(waiting.group(), loads));
      }
      one.put("attempt", waiting.attempt());
      one.put("since", Times.text(waiting.since()));
      one.put("due_at", waiting.dueAt() == 0 ? null : Times.text(waiting.dueAt()));
      one.put("detail", waiting.detail());
    }
  }

  private static void load(ObjectNode json, String group, Optional<GroupLoad> load) {
    if (load.isEmpty()) {
      json.putNull("live_workers").putNull("queued");
      json.put("message", "the broker does not tell who serves group %s".formatted(group));
      return;
    }
    // An engine node serves the default group itself, and is no member where it is the only one.
    boolean own = group.equals(Block.DEFAULT_GROUP);
    int live = own ? Math.max(1, load.get().members()) : load.get().members();
    json.put("live_workers", live).put("queued", load.get().lag());
    if (live == 0) {
      json.put(
          "message",
          "no worker serves group %s; start one with: howdah worker --group %s"
              .formatted(group, group));
    }
  }
}
