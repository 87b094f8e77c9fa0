package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.broker.Topics;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.record.Endings;
import dev.howdah.engine.record.Event;
import dev.howdah.engine.transport.Codec;
import dev.howdah.engine.transport.Post;
import dev.howdah.store.Executions;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes events of the records that come from Kafka. What this node sent to itself is dropped, since
 * it has begun on that already; what is no message goes to the dead letters. Thread-safe.
 */
final class Inbox {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

  private final Post post;
  private final Executions executions;
  private final Dispatcher dispatcher;
  private final ExpressRuns express;
  private final Onlookers onlookers;
  private final Consumer<Event> recorder;

  Inbox(
      Post post,
      Executions executions,
      Dispatcher dispatcher,
      ExpressRuns express,
      Onlookers onlookers,
      Consumer<Event> recorder) {
    this.post = post;
    this.executions = executions;
    this.dispatcher = dispatcher;
    this.express = express;
    this.onlookers = onlookers;
    this.recorder = recorder;
  }

  /**
   * Takes a record.
   *
   * @param done to be run once all that follows from it is recorded
   */
  void take(ConsumerRecord<String, byte[]> record, Runnable done) {
    if (post.isOwn(record)) {
      done.run();
      return;
    }
    JsonNode message;
    try {
      message = Codec.read(record.value());
      recorder.accept(event(message, done));
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "A record of {} at {}:{} is no message of Howdah; it goes to the dead letters.",
          record.topic(),
          record.partition(),
          record.offset());
      post.send(Topics.DEAD_LETTER, 0, record.key(), record.value(), sent -> done.run());
    }
  }

  private Event event(JsonNode message, Runnable done) {
    String execution = Codec.execution(message);
    return switch (Codec.type(message)) {
      case STAGE -> new Events.Arrived(Codec.dispatch(message), done, dispatcher);
      case RESULT -> result(Codec.result(message), done);
      case PARTIAL -> told(Codec.partial(message), done);
      case CHILD -> childEnded(execution, message, done);
      case CANCEL ->
          then(
              new Events.Cancel(
                  execution, message.get("reason").textValue(), false, cancelled -> {}),
              done);
      case STOP -> stopped(execution, message.get("path").textValue(), done);
    };
  }

  private Event result(StageResult result, Runnable done) {
    if (express.result(result)) {
      dispatcher.settled(result.execution(), result.path(), result.attempt());
      return recording -> recording.afterCommit(done);
    }
    return new Events.Result(result, done, dispatcher);
  }

  private Event childEnded(String execution, JsonNode message, Runnable done) {
    String child = message.get("child").textValue();
    Optional<Ending> ending = executions.byId(child).flatMap(Endings::of);
    if (ending.isEmpty()) {
      return recording -> recording.afterCommit(done);
    }
    return then(
        new Events.ChildEnded(execution, message.get("path").textValue(), child, ending.get()),
        done);
  }

  /** In turn with the results, so that nobody hears of a step that has ended. */
  private Event told(Partial partial, Runnable done) {
    return recording ->
        recording.afterCommit(
            () -> {
              onlookers.tell(partial.execution(), new Progress.Told(partial));
              done.run();
            });
  }

  private Event stopped(String execution, String path, Runnable done) {
    return recording ->
        recording.afterCommit(
            () -> {
              dispatcher.stopHere(execution, path);
              done.run();
            });
  }

  private static Event then(Event event, Runnable done) {
    return recording -> {
      event.apply(recording);
      recording.afterCommit(done);
    };
  }
}
