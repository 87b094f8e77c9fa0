package dev.howdah.engine.record;

import com.fasterxml.jackson.core.JsonPointer;
import dev.howdah.block.spi.Restart;
import dev.howdah.engine.flow.ContainerRow;
import dev.howdah.engine.flow.Suspension;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.Mistakes;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.StepRow;
import dev.howdah.store.StepStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds out which recorded steps a new run of an ended execution takes over. For one use. */
public final class Rerun {
  private static final String UNKNOWN = "rerun.unknown-step";

  /** Begins what stands for the node in rows that somebody has decided; who it was follows. */
  static final String BY = "by ";

  /**
   * What somebody wants run again.
   *
   * @param from the path of the first step to run again; empty for what failed
   * @param input another input; empty for the same
   * @param overrides outputs of steps that are not to run, by path
   * @param skips paths of steps that are to be skipped, each with the JSON pointer where it stands
   * @param by who wants it, for the audit
   */
  public record Wish(
      Optional<String> from,
      Optional<Value> input,
      Map<String, Value> overrides,
      Map<String, String> skips,
      String by) {
    public Wish {
      overrides = Map.copyOf(overrides);
      skips = Map.copyOf(skips);
    }
  }

  /**
   * What a new execution begins with.
   *
   * @param steps its first rows
   * @param lineage the executions whose steps are among them, the nearest first; empty when it runs
   *     every step itself
   */
  public record Beginning(List<StepRow> steps, List<String> lineage) {
    static final Beginning NOTHING = new Beginning(List.of(), List.of());
  }

  private final Plan plan;
  private final Map<String, StepRow> kept = new TreeMap<>();
  private final Map<String, Long> began = new TreeMap<>();

  /** Of steps that have waited for another execution and do not run from the beginning, the row. */
  private final Map<String, StepRow> parents = new TreeMap<>();

  private Rerun(Plan plan, List<StepRow> rows) {
    this.plan = plan;
    for (StepRow row : rows) {
      began.merge(row.path(), row.startedAt(), Math::min);
      if (row.status() != StepStatus.RETRIED) {
        kept.merge(row.path(), row, Rerun::later);
      }
      if (Rows.recorded(row).state().flatMap(Suspension::childIn).isPresent()) {
        parents.merge(row.path(), row, Rerun::later);
      }
    }
  }

  private static StepRow later(StepRow a, StepRow b) {
    return a.attempt() >= b.attempt() ? a : b;
  }

  /**
   * Finds everything that forbids a wish: {@code rerun.unknown-step}, {@code rerun.no-output}.
   *
   * @param mistakes gets what there is, by JSON pointers into the request
   */
  public static void check(Plan plan, Wish wish, Mistakes mistakes) {
    wish.from().ifPresent(path -> check(plan, path, "/from_step", mistakes));
    for (String path : new TreeSet<>(wish.overrides().keySet())) {
      String place = "/overrides" + JsonPointer.empty().appendProperty(path);
      // A block that steers others decides nothing by what it gives on.
      if (check(plan, path, place, mistakes)
          .filter(n -> n.configured().kind().passesOn())
          .isPresent()) {
        mistakes.add(
            "rerun.no-output",
            place,
            path + " has no output of its own",
            "override what comes before it");
      }
    }
    new TreeMap<>(wish.skips()).forEach((path, place) -> check(plan, path, place, mistakes));
  }

  private static Optional<Node> check(Plan plan, String path, String place, Mistakes mistakes) {
    Optional<Node> node = plan.node(path);
    if (node.isEmpty()) {
      mistakes.add(
          UNKNOWN,
          place,
          "the execution's design has no step " + path,
          "GET /api/executions/{id} shows the paths of its steps");
    }
    return node;
  }

  /**
   * What the new execution takes over.
   *
   * @param old the execution, which has ended
   * @param rows all its steps
   * @param wish one without {@link #check mistakes}
   * @param id of the new execution
   * @param now epoch milliseconds
   */
  public static Beginning of(
      Plan plan, ExecutionRow old, List<StepRow> rows, Wish wish, String id, long now) {
    Rerun rerun = new Rerun(plan, rows);
    boolean told =
        wish.from().isPresent() || !wish.overrides().isEmpty() || !wish.skips().isEmpty();
    boolean afresh = wish.input().isPresent() || old.status() == ExecutionStatus.COMPLETED;
    if (!told && afresh) {
      return Beginning.NOTHING;
    }
    if (wish.input().isPresent() && wish.from().isEmpty()) {
      rerun.forget(path -> true);
    }
    wish.from().ifPresent(rerun::reset);
    wish.overrides().keySet().forEach(rerun::reset);
    wish.skips().keySet().forEach(rerun::reset);
    List<String> lineage = rerun.goOn(old);
    wish.overrides()
        .forEach(
            (path, value) -> rerun.put(id, path, StepStatus.COMPLETED, value.text(), wish, now));
    wish.skips().keySet().forEach(path -> rerun.put(id, path, StepStatus.SKIPPED, null, wish, now));
    return new Beginning(rerun.steps(id), lineage);
  }

  /**
   * What the new execution takes over when whatever is done is not to run again, even if that is
   * all.
   */
  static Beginning all(Plan plan, ExecutionRow old, List<StepRow> rows, String id) {
    Rerun rerun = new Rerun(plan, rows);
    List<String> lineage = rerun.goOn(old);
    return new Beginning(rerun.steps(id), lineage);
  }

  /** Leaves what is done; the lineage that the new execution has by that. */
  private List<String> goOn(ExecutionRow old) {
    if (old.status() == ExecutionStatus.FAILED) {
      resetFailed(Json.trusted(old.error()).path("path").asText());
    }
    dropOpen();
    List<String> lineage = kept.isEmpty() ? List.of() : lineage(old);
    parents.forEach(
        (path, row) -> {
          if (isReached(path)) {
            kept.putIfAbsent(path, open(row, StepStatus.RETRIED, row.error()));
          }
        });
    return lineage;
  }

  /** Whether the containers around a step go on, so that it can run. */
  private boolean isReached(String path) {
    return outer(path)
        .map(
            at ->
                kept.containsKey(at)
                    && kept.get(at).status() == StepStatus.WAITING
                    && isReached(at))
        .orElse(true);
  }

  private List<StepRow> steps(String id) {
    return kept.values().stream().map(row -> copy(row, id)).toList();
  }

  private static List<String> lineage(ExecutionRow old) {
    List<String> lineage = new ArrayList<>(List.of(old.id()));
    lineage.addAll(old.lineage());
    return lineage;
  }

  private void put(String id, String path, StepStatus status, String output, Wish wish, long now) {
    kept.put(
        path,
        new StepRow(id, path, 1, status, output, null, null, null, BY + wish.by(), now, 0, null));
  }

  /** What failed, down to the blocks inside containers that can go on in the middle. */
  private void resetFailed(String path) {
    StepRow row = kept.get(path);
    if (row == null || row.status() != StepStatus.FAILED) {
      return;
    }
    boolean goesOn = isContainer(row) && restart(node(path)) != Restart.WHOLE;
    List<String> inside = new ArrayList<>();
    if (goesOn) {
      for (StepRow part : kept.values()) {
        boolean direct =
            part.path().startsWith(path) && outer(part.path()).filter(path::equals).isPresent();
        if (direct && part.status() == StepStatus.FAILED && !node(part.path()).catchesErrors()) {
          inside.add(part.path());
        }
      }
    }
    if (inside.isEmpty()) {
      StepRow parent = parents.get(path);
      reset(path);
      if (parent != null && outermostWhole(path).isEmpty()) {
        parents.put(path, parent);
      }
    } else {
      inside.forEach(this::resetFailed);
    }
  }

  /** Forgets a step and all that follows from it. */
  private void reset(String path) {
    String target = outermostWhole(path).orElse(path);
    long since = began.getOrDefault(target, Long.MAX_VALUE);
    drop(target);
    dropBehind(target);
    Optional<String> container = outer(target);
    String part = target;
    while (container.isPresent()) {
      String at = container.get();
      String prefix = part.substring(0, part.lastIndexOf('/') + 1);
      if (restart(node(at)) == Restart.LATER_PARTS) {
        forget(
            other -> isInside(other, at) && !other.startsWith(prefix) && began.get(other) >= since);
      }
      StepRow row = kept.get(at);
      if (row != null && isContainer(row)) {
        kept.put(at, waiting(row));
      }
      dropBehind(at);
      part = at;
      container = outer(at);
    }
  }

  /** The outermost container around a step that runs wholly again when the step does. */
  private Optional<String> outermostWhole(String path) {
    Optional<String> found = Optional.empty();
    for (Optional<String> at = outer(path); at.isPresent(); at = outer(at.get())) {
      if (restart(node(at.get())) == Restart.WHOLE) {
        found = at;
      }
    }
    return found;
  }

  private void dropBehind(String path) {
    Node node = node(path);
    String prefix = path.substring(0, path.lastIndexOf('/') + 1);
    Graph graph = graph(path);
    Set<Integer> seen = new HashSet<>();
    List<Node> open = new ArrayList<>(List.of(node));
    while (!open.isEmpty()) {
      for (var edge : open.remove(open.size() - 1).out()) {
        if (seen.add(edge.target())) {
          Node target = graph.node(edge.target());
          drop(prefix + target.id());
          open.add(target);
        }
      }
    }
  }

  private void drop(String path) {
    forget(other -> other.equals(path) || isInside(other, path));
  }

  private void forget(Predicate<String> paths) {
    kept.keySet().removeIf(paths);
    parents.keySet().removeIf(paths);
  }

  /** What waited or was stopped runs anew; a container goes on with the parts that are done. */
  private void dropOpen() {
    for (StepRow row : List.copyOf(kept.values())) {
      if (isUndone(row)) {
        drop(row.path());
      }
    }
    for (StepRow row : List.copyOf(kept.values())) {
      boolean open = row.status() == StepStatus.WAITING || row.status() == StepStatus.CANCELLED;
      if (open && isContainer(row)) {
        kept.put(row.path(), waiting(row));
      } else if (open) {
        kept.remove(row.path());
      }
    }
  }

  private static boolean isContainer(StepRow row) {
    return Rows.recorded(row).state().flatMap(ContainerRow::parts).isPresent();
  }

  /** Whether what it had done was undone, because something around it ended. */
  private static boolean isUndone(StepRow row) {
    return row.status() != StepStatus.COMPLETED
        && Rows.recorded(row).state().filter(ContainerRow::isInterrupted).isPresent();
  }

  private static boolean isInside(String path, String container) {
    return path.length() > container.length()
        && path.startsWith(container)
        && !Character.isLetterOrDigit(path.charAt(container.length()))
        && path.charAt(container.length()) != '-'
        && path.charAt(container.length()) != '_';
  }

  /** The path of the container around a step. */
  private Optional<String> outer(String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    int from = path.lastIndexOf('/', slash - 1) + 1;
    int end = from;
    while (end < slash
        && (Character.isLetterOrDigit(path.charAt(end))
            || path.charAt(end) == '-'
            || path.charAt(end) == '_')) {
      end++;
    }
    return Optional.of(path.substring(0, end));
  }

  private Node node(String path) {
    return plan.node(path)
        .orElseThrow(
            () ->
                Fault.rejected(
                        UNKNOWN,
                        Blame.CALLER,
                        "the execution's design has no step %s".formatted(path))
                    .toException());
  }

  private Graph graph(String path) {
    return outer(path)
        .map(
            at ->
                node(at).bodies().values().stream()
                    .filter(g -> g.find(path.substring(path.lastIndexOf('/') + 1)).isPresent())
                    .findFirst()
                    .orElseThrow())
        .orElse(plan.graph());
  }

  private static Restart restart(Node container) {
    return container.configured().kind().restart();
  }

  private static StepRow waiting(StepRow row) {
    return open(row, StepStatus.WAITING, null);
  }

  private static StepRow open(StepRow row, StepStatus status, String error) {
    return new StepRow(
        row.execution(),
        row.path(),
        row.attempt(),
        status,
        null,
        null,
        row.state() == null ? null : Json.write(ContainerRow.uncut(Json.trusted(row.state()))),
        row.workerGroup(),
        row.node(),
        row.startedAt(),
        row.durationUs(),
        error);
  }

  private static StepRow copy(StepRow row, String id) {
    return new StepRow(
        id,
        row.path(),
        row.attempt(),
        row.status(),
        row.output(),
        row.taken(),
        row.state() == null ? null : Json.write(ContainerRow.uncut(Json.trusted(row.state()))),
        row.workerGroup(),
        row.node(),
        row.startedAt(),
        row.durationUs(),
        row.error());
  }
}
