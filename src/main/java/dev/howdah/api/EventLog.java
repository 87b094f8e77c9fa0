package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.engine.Progress;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Partial;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.StepRow;
import dev.howdah.store.StepStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Numbers the events of one execution, so that every stream of it tells the same ones under the
 * same ids, each once: what the database holds first, then what the engine tells. Keeps the numbers
 * and not the events. Thread-safe; told on the recorder's thread.
 */
final class EventLog implements Consumer<Progress> {
  /** More than this before the database was read is more than any stream takes. */
  private static final int MOST_EARLY = 10_000;

  private record Event(String key, String name, Supplier<ObjectNode> data, int size) {}

  private final String epoch;
  private final StepPlaces places;
  private final Map<String, Long> numbers = new HashMap<>();
  private final List<Event> early = new ArrayList<>();
  private final List<EventStream> streams = new CopyOnWriteArrayList<>();
  private long last;
  private boolean seeded;

  /**
   * @param epoch tells the ids of this log from those of any other
   * @param places of the execution
   */
  EventLog(String epoch, StepPlaces places) {
    this.epoch = epoch;
    this.places = places;
  }

  /** As of an execution about to be started: what is told of it is all there is. */
  static EventLog ofNew(String epoch, StepPlaces places) {
    EventLog log = new EventLog(epoch, places);
    log.seeded = true;
    return log;
  }

  String epoch() {
    return epoch;
  }

  /** Whether no event has a number yet, so that there is none to resume behind. */
  synchronized boolean isEmpty() {
    return last == 0;
  }

  /** From now on the stream is told every event that gets a number, in their order. */
  void attach(EventStream stream) {
    streams.add(stream);
  }

  void detach(EventStream stream) {
    streams.remove(stream);
  }

  /**
   * Takes what the database holds; what is new in it gets its number and is told.
   *
   * @param row read before the steps
   * @param steps read after the stream that asks was attached
   * @return everything recorded behind a number, in the order of numbers
   */
  synchronized List<Told> recorded(ExecutionRow row, List<StepRow> steps, long behind) {
    List<Told> all = new ArrayList<>();
    steps.stream()
        .sorted(
            Comparator.comparingLong((StepRow s) -> s.startedAt() * 1000 + s.durationUs())
                .thenComparing(s -> places.of(s.path()), StepPlaces.ORDER)
                .thenComparingInt(StepRow::attempt))
        .map(this::step)
        .forEach(event -> all.add(numbered(event)));
    if (row.status() != ExecutionStatus.RUNNING) {
      all.add(numbered(new Event(Told.END, Told.END, () -> end(row), size(row.result()))));
    }
    if (!seeded) {
      seeded = true;
      steps.forEach(this::outdate);
      early.forEach(this::numbered);
      early.clear();
    }
    return all.stream()
        .filter(told -> told.number() > behind)
        .sorted(Comparator.comparingLong(Told::number))
        .toList();
  }

  /** What the engine has just done. */
  @Override
  public synchronized void accept(Progress progress) {
    if (progress instanceof Progress.Told partial) {
      tell(partial.partial());
      return;
    }
    Event event = event(progress);
    if (seeded) {
      numbered(event);
    } else if (early.size() < MOST_EARLY) {
      early.add(event);
    } else {
      streams.forEach(EventStream::giveUp);
    }
  }

  /** A piece of a text has a number of its own, and is not told to who comes later. */
  private void tell(Partial partial) {
    if (seeded) {
      Told told = new Told(++last, "token", () -> token(partial), partial.text().length());
      streams.forEach(stream -> stream.tell(told));
    }
  }

  private static ObjectNode token(Partial partial) {
    return Json.MAPPER
        .createObjectNode()
        .put("path", partial.path())
        .put("attempt", partial.attempt())
        .put("text", partial.text());
  }

  /** Tells an event unless it was told before. */
  private Told numbered(Event event) {
    Long known = numbers.get(event.key());
    Told told = new Told(known == null ? ++last : known, event.name(), event.data(), event.size());
    if (known == null) {
      numbers.put(event.key(), told.number());
      streams.forEach(stream -> stream.tell(told));
    }
    return told;
  }

  /** What came before a step as it was read is not told after it. */
  private void outdate(StepRow step) {
    numbers.putIfAbsent(key(step.path(), step.attempt(), "sent"), 0L);
    numbers.putIfAbsent(key(step.path(), step.attempt(), StepStatus.WAITING.label()), 0L);
  }

  private static String key(String path, int attempt, String what) {
    return path + " " + attempt + " " + what;
  }

  private Event event(Progress progress) {
    if (progress instanceof Progress.Recorded recorded) {
      return step(row(recorded.step()));
    }
    if (progress instanceof Progress.Sent sent) {
      return sent(sent.dispatch());
    }
    Ending ending = ((Progress.Ended) progress).ending();
    int size =
        ending instanceof Ending.Completed completed ? completed.result().text().length() : 0;
    return new Event(Told.END, Told.END, () -> end(ending), size);
  }

  private Event step(StepRow row) {
    String key = key(row.path(), row.attempt(), row.status().label());
    return new Event(key, "step", () -> StepsJson.step(row, places), size(row.output()));
  }

  private Event sent(Dispatch dispatch) {
    String path = dispatch.path();
    int attempt = dispatch.attempt();
    String group = dispatch.group();
    return new Event(
        key(path, attempt, "sent"),
        "sent",
        () ->
            Json.MAPPER
                .createObjectNode()
                .put("path", path)
                .put("block", StepPlaces.block(path))
                .put("type", places.type(path))
                .put("attempt", attempt)
                .put("group", group),
        path.length());
  }

  private static int size(String text) {
    return text == null ? 0 : text.length();
  }

  private static StepRow row(Decision.Step step) {
    return new StepRow(
        "",
        step.path(),
        step.attempt(),
        step.status(),
        step.output().map(Value::text).orElse(null),
        null,
        step.state().map(Json::write).orElse(null),
        step.group(),
        step.node(),
        step.startedAt(),
        step.micros(),
        step.error().map(Json::write).orElse(null));
  }

  private static ObjectNode end(ExecutionRow row) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("status", row.status().label());
    ExecutionJson.put(json, "result_data", row.result());
    ExecutionJson.put(json, "error", row.error());
    return json;
  }

  private static ObjectNode end(Ending ending) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    if (ending instanceof Ending.Completed completed) {
      json.put("status", ExecutionStatus.COMPLETED.label());
      ExecutionJson.put(json, "result_data", completed.result().text());
      return json.putNull("error");
    }
    if (ending instanceof Ending.Failed failed) {
      json.put("status", ExecutionStatus.FAILED.label()).putNull("result_data");
      return json.set("error", failed.fault().toJson().put("path", failed.path()));
    }
    json.put("status", ExecutionStatus.CANCELLED.label()).putNull("result_data");
    json.putObject("error")
        .put("code", "execution.cancelled")
        .put("message", ((Ending.Cancelled) ending).reason());
    return json;
  }
}
