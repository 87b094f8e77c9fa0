package dev.howdah.engine.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.broker.Topics;
import dev.howdah.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * What engine nodes tell worker nodes, on the control topic. Compacted by key: {@code
 * design/<id>@<revision>} holds a document and the hashes of its modules, {@code engine/<node>}
 * where modules are fetched, {@code cancel/<execution>} an execution to stop, and {@code
 * cancel/<execution>/<path>} one stage of it.
 */
public final class Control {
  public static final String DESIGN = "design/";
  public static final String ENGINE = "engine/";
  public static final String CANCEL = "cancel/";

  private final Post post;

  public Control(Post post) {
    this.post = post;
  }

  /**
   * Tells workers of a revision.
   *
   * @return completed when Kafka has it, exceptionally when it could not be sent; from the
   *     producer's thread, which must not be held up
   */
  public CompletableFuture<Void> design(String plan, String document, JsonNode modules) {
    var message = Json.MAPPER.createObjectNode();
    message.put("document", document);
    message.set("modules", modules);
    CompletableFuture<Void> told = new CompletableFuture<>();
    post.send(
        Topics.CONTROL,
        0,
        DESIGN + plan,
        Json.write(message).getBytes(StandardCharsets.UTF_8),
        sent -> told.complete(null),
        told::completeExceptionally);
    return told;
  }

  /** Tells workers where this engine serves modules. */
  public void engine(String node, String url) {
    send(ENGINE + node, Json.MAPPER.createObjectNode().put("url", url));
  }

  /** Tells workers to stop what they run of an execution. Leaves nothing behind in the topic. */
  public void cancel(String execution) {
    send(CANCEL + execution, Json.MAPPER.createObjectNode().put("cancel", true));
    post.send(Topics.CONTROL, 0, CANCEL + execution, null, sent -> {});
  }

  /** Tells workers to stop the stage of that path. Leaves nothing behind in the topic. */
  public void cancel(String execution, String path) {
    cancel(execution + "/" + path);
  }

  private void send(String key, JsonNode message) {
    byte[] bytes = Json.write(message).getBytes(StandardCharsets.UTF_8);
    post.send(Topics.CONTROL, 0, key, bytes, sent -> {});
  }
}
