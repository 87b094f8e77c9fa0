package dev.howdah.cli;

import dev.howdah.broker.GroupLoad;
import dev.howdah.engine.Progress;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Suspension;
import dev.howdah.engine.flow.Waiting;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.StepStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Prints the steps of an execution as they happen, one line each, indented by how deep they are
 * inside other blocks and branches. Thread-safe.
 */
final class StepPrinter implements Consumer<Progress> {
  private static final int MOST_OUTPUT = 200;

  /** Tells of the executions that steps wait for. */
  interface Children {
    /** Watches one; from before its first step when asked while the step begins to wait. */
    AutoCloseable watch(String execution, Consumer<Progress> onlooker);

    /** What it runs. */
    Optional<Plan> plan(String execution);
  }

  private final PrintWriter err;
  private final Children children;
  private final Execution whole;
  private final Set<String> told = new HashSet<>();

  StepPrinter(PrintWriter err, Plan plan, Children children) {
    this.err = err;
    this.children = children;
    this.whole = new Execution("", "", Optional.of(plan));
  }

  /** The execution itself, or one that a step of it waits for, inside that step. */
  private final class Execution implements Consumer<Progress> {
    private final String indent;
    private final String around;
    private final Optional<Branches> branches;
    private AutoCloseable watching = () -> {};

    /**
     * @param indent of the step that waits for it
     * @param around stands in front of the paths of its steps
     */
    Execution(String indent, String around, Optional<Plan> plan) {
      this.indent = indent;
      this.around = around;
      this.branches = plan.map(Branches::of);
    }

    @Override
    public void accept(Progress progress) {
      synchronized (StepPrinter.this) {
        if (progress instanceof Progress.Recorded recorded) {
          Decision.Step step = recorded.step();
          String margin = indent + branches.map(b -> b.indent(step.path())).orElse("  ");
          print(margin, around + step.path(), step);
          err.flush();
          child(step).ifPresent(id -> watch(id, margin, around + step.path() + " › "));
        } else if (progress instanceof Progress.Ended) {
          stop();
        }
      }
    }

    private Optional<String> child(Decision.Step step) {
      return step.status() == StepStatus.WAITING
          ? step.state()
              .map(state -> state.path("execution").asText(""))
              .filter(id -> !id.isEmpty())
          : Optional.empty();
    }

    private void watch(String id, String margin, String path) {
      Execution child = new Execution(margin, path, children.plan(id));
      child.watching = children.watch(id, child);
    }

    private void stop() {
      try {
        watching.close();
      } catch (Exception e) {
        throw new IllegalStateException("an onlooker cannot leave", e);
      }
    }
  }

  synchronized void started(String id, String plan) {
    err.printf("execution %s of %s%n", id, plan);
    err.flush();
  }

  @Override
  public void accept(Progress progress) {
    whole.accept(progress);
  }

  private void print(String margin, String path, Decision.Step step) {
    String sign =
        switch (step.status()) {
          case COMPLETED -> "✓";
          case FAILED -> "✗";
          case RETRIED -> "↻";
          case SKIPPED -> "-";
          case WAITING -> "…";
          case CANCELLED -> "⊘";
        };
    err.printf(
        "%s%s %s  %s  %s%s%n",
        margin, sign, path, step.group(), duration(step.micros()), detail(step));
  }

  private static String detail(Decision.Step step) {
    if (step.status() == StepStatus.COMPLETED) {
      return "  " + shortened(step.output().map(Value::text).orElse("null"));
    }
    if (step.status() == StepStatus.RETRIED || step.status() == StepStatus.FAILED) {
      String message = step.error().map(e -> e.path("message").asText()).orElse("");
      String attempt =
          step.status() == StepStatus.RETRIED ? "attempt " + step.attempt() + ": " : "";
      return "  " + attempt + message;
    }
    if (step.status() == StepStatus.WAITING) {
      return "  " + step.state().map(StepPrinter::waits).orElse("");
    }
    return "";
  }

  private static String waits(com.fasterxml.jackson.databind.JsonNode state) {
    if (state.has("parts")) {
      return state.get("parts").isArray() ? state.get("parts").size() + " items" : "begins";
    }
    Suspension on = Suspension.fromJson(state);
    String what =
        on.dueAt() > 0 ? "until " + Instant.ofEpochMilli(on.dueAt()) : "for " + on.detail();
    return "%s %s".formatted(on.reason().label(), what);
  }

  /**
   * Says why nothing happens, once per reason.
   *
   * @param loads tells who serves a group
   */
  synchronized void waiting(List<Waiting> reasons, Function<String, Optional<GroupLoad>> loads) {
    for (Waiting waiting : reasons) {
      String line =
          switch (waiting.reason()) {
            case GROUP -> waiting.path() + withGroup(waiting.group(), loads.apply(waiting.group()));
            case RETRY ->
                "%s is tried again at %s (attempt %d)"
                    .formatted(
                        waiting.path(), Instant.ofEpochMilli(waiting.dueAt()), waiting.attempt());
            case SLEEP -> waiting.path() + " sleeps until " + Instant.ofEpochMilli(waiting.dueAt());
            case CHILD -> waiting.path() + " waits for execution " + waiting.detail();
            case PROMISE -> waiting.path() + " waits for promise " + waiting.detail();
            case GATHERING -> waiting.path() + " waits for more of group " + waiting.detail();
          };
      if (told.add(line)) {
        err.println("  waiting: " + line);
        err.flush();
      }
    }
  }

  private static String withGroup(String group, Optional<GroupLoad> load) {
    if (load.isPresent() && load.get().members() == 0) {
      return " waits: group %s has no live worker; start one with: howdah worker --group %s"
          .formatted(group, group);
    }
    if (load.isPresent() && load.get().lag() > 1) {
      return " is with group %s, which has %d messages to do".formatted(group, load.get().lag());
    }
    return " is with group " + group;
  }

  /** The process stops before the execution has ended. */
  synchronized void interrupted(String id) {
    err.printf(
        "interrupted: execution %s stays open and goes on when run or serve is next started with this data directory%n",
        id);
    err.flush();
  }

  synchronized void ended(Ending ending) {
    if (ending instanceof Ending.Failed failed) {
      err.printf(
          "failed%s: %s [%s, %s]%n",
          failed.path().isEmpty() ? "" : " at " + failed.path(),
          failed.fault().message(),
          failed.fault().code(),
          failed.fault().blame().label());
    } else if (ending instanceof Ending.Cancelled cancelled) {
      err.printf("cancelled: %s%n", cancelled.reason());
    }
    err.flush();
  }

  private static String duration(long micros) {
    if (micros < 1_000) {
      return micros + " µs";
    }
    if (micros < 1_000_000) {
      return "%.1f ms".formatted(micros / 1_000.0);
    }
    return Duration.ofMillis(micros / 1_000)
        .toString()
        .substring(2)
        .toLowerCase(java.util.Locale.ROOT);
  }

  private static String shortened(String text) {
    return text.length() <= MOST_OUTPUT ? text : text.substring(0, MOST_OUTPUT) + "…";
  }
}
