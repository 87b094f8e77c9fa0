package dev.howdah.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Modules;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Plans;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The designs that engines have told a node without a database of. Documents are kept as they came
 * and compiled when a stage of theirs is to be run. Thread-safe.
 */
public final class ReportedDesigns implements Plans {
  private static final Logger LOG = LoggerFactory.getLogger(ReportedDesigns.class);
  private static final long FETCH_AGAIN_MILLIS = 250;

  private final Kinds kinds;
  private final FetchedModules modules;
  private final Executor preparing;
  private final Duration patience;
  private final RecentlyUsed<String, PinnedDesign> compiled;
  private final Map<String, byte[]> reports = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> ready = new ConcurrentHashMap<>();

  /**
   * @param preparing runs what may block while modules are fetched
   * @param patience how long a design or a module is waited for before its stages fail
   * @param most how many designs stay compiled
   */
  public ReportedDesigns(
      Kinds kinds, FetchedModules modules, Executor preparing, Duration patience, int most) {
    this.kinds = kinds;
    this.modules = modules;
    this.preparing = preparing;
    this.patience = patience;
    this.compiled = new RecentlyUsed<>(most);
  }

  /**
   * An engine tells of a revision. Revisions never change, so hearing of one again is nothing new.
   *
   * @param plan {@code design@revision}
   * @param report JSON with the {@code document} and the hashes of its {@code modules}
   */
  public void reported(String plan, byte[] report) {
    reports.put(plan, report);
    CompletableFuture<Void> waiting = awaited.remove(plan);
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  /** A revision is gone for good. */
  public void withdrawn(String plan) {
    reports.remove(plan);
    ready.remove(plan);
  }

  /** How many revisions are known. */
  public int size() {
    return reports.size();
  }

  /**
   * Completed when the design is known and its modules are at hand, at once if they are; with a
   * retryable {@link FaultException} when that takes longer than the node's patience.
   */
  public CompletionStage<Void> ready(String plan) {
    CompletableFuture<Void> known = ready.get(plan);
    if (known != null) {
      return known;
    }
    CompletableFuture<Void> fresh = new CompletableFuture<>();
    CompletableFuture<Void> other = ready.putIfAbsent(plan, fresh);
    if (other != null) {
      return other;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    known(plan)
        .thenComposeAsync(there -> fetched(plan, deadline), preparing)
        .whenComplete((done, failure) -> settle(plan, fresh, failure));
    return fresh;
  }

  /** A failure is not kept: whoever asks again makes another try. */
  private void settle(String plan, CompletableFuture<Void> asked, Throwable failure) {
    if (failure == null) {
      asked.complete(null);
      return;
    }
    ready.remove(plan, asked);
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    asked.completeExceptionally(
        cause instanceof FaultException fault ? fault : unknown(plan).toException());
  }

  private static Fault unknown(String plan) {
    return Fault.retryable(
        "engine.unknown-design",
        Blame.ENGINE,
        "no engine has told this worker of design %s yet".formatted(plan));
  }

  private CompletableFuture<Void> known(String plan) {
    if (reports.containsKey(plan)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> waiting =
        awaited.computeIfAbsent(
            plan,
            p ->
                new CompletableFuture<Void>()
                    .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS));
    waiting.whenComplete((done, failure) -> awaited.remove(plan, waiting));
    if (reports.containsKey(plan)) {
      // It was reported in between.
      waiting.complete(null);
    }
    return waiting;
  }

  private CompletableFuture<Void> fetched(String plan, long deadline) {
    try {
      for (JsonNode hash : report(plan).orElseThrow(() -> unknown(plan).toException()).hashes()) {
        modules.get(hash.asText());
      }
      return CompletableFuture.completedFuture(null);
    } catch (FaultException e) {
      if (!e.fault().retryable() || System.nanoTime() - deadline > 0) {
        return CompletableFuture.failedFuture(e);
      }
      LOG.info("Stages of {} wait: {}", plan, e.getMessage());
      Executor later =
          CompletableFuture.delayedExecutor(FETCH_AGAIN_MILLIS, TimeUnit.MILLISECONDS, preparing);
      return CompletableFuture.supplyAsync(() -> fetched(plan, deadline), later)
          .thenCompose(again -> again);
    }
  }

  @Override
  public Optional<Plan> find(String name) {
    return compiled(name).map(PinnedDesign::plan);
  }

  /** The modules a revision was saved with. */
  public Modules modulesOf(String plan) {
    return compiled(plan).map(PinnedDesign::modules).orElse(name -> Optional.empty());
  }

  private Optional<PinnedDesign> compiled(String name) {
    PinnedDesign known = compiled.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<PinnedDesign> fresh = report(name).map(report -> compile(name, report));
    fresh.ifPresent(design -> compiled.put(name, design));
    return fresh;
  }

  private PinnedDesign compile(String name, Report report) {
    try {
      return PinnedDesign.compile(
          kinds, name, report.document(), report.hashes(), hash -> Optional.of(modules.get(hash)));
    } catch (InvalidDesignException e) {
      throw Fault.rejected(
              "design.does-not-compile",
              Blame.DESIGN,
              "design %s does not compile on this worker, which may be of another version: %s"
                  .formatted(name, e.problems().get(0)))
          .toException();
    }
  }

  private record Report(String document, JsonNode hashes) {}

  private Optional<Report> report(String plan) {
    byte[] bytes = reports.get(plan);
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      JsonNode report = Json.MAPPER.readTree(bytes);
      return Optional.of(new Report(report.path("document").asText(), report.path("modules")));
    } catch (IOException e) {
      throw Fault.rejected(
              "design.does-not-compile",
              Blame.ENGINE,
              "what engines tell of design %s is not JSON".formatted(plan))
          .toException();
    }
  }
}
