package dev.howdah.deploy;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import dev.howdah.store.DeploymentRow;
import dev.howdah.store.DeploymentStatus;
import dev.howdah.store.DesignRow;
import dev.howdah.store.Store;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The deployments of this installation, all of them in memory by path, and what is needed to call
 * those used most recently. Looking up never blocks; everything that says so may. Thread-safe.
 */
public final class Deployments {
  private static final String NO_SCHEDULES =
      "schedules do not fire in this version, so an enabled one would never run; leave schedule out or set enabled to false";

  /**
   * A deployment as callers of it need it.
   *
   * @param plan {@code design@revision}
   */
  public record Deployed(String id, String path, String plan, DeploymentStatus status) {
    /** Whether it takes executions. */
    public boolean isActive() {
      return status == DeploymentStatus.ACTIVE;
    }

    /**
     * Refuses executions while it is switched off; those that run go on.
     *
     * @throws dev.howdah.fault.FaultException {@code deployment.inactive}
     */
    public void checkActive() {
      if (!isActive()) {
        throw Fault.rejected(
                "deployment.inactive",
                Blame.CALLER,
                "the deployment at %s is %s; PUT /api/deployments/%s with {\"status\": \"active\"} switches it on"
                    .formatted(path, status.label(), id))
            .toException();
      }
    }
  }

  /** What an execution of a revision is started with. */
  public record Callee(Plan plan, InputSchema schema) {}

  /**
   * What somebody wants changed of a deployment; what is empty stays.
   *
   * @param revision a revision of the same design
   */
  public record Change(
      Optional<DeploymentStatus> status, Optional<Schedule> schedule, Optional<Integer> revision) {}

  private final Store store;
  private final DesignCatalog catalog;
  private final InstantSource clock;
  private final Supplier<String> ids;
  private final Consumer<Plan> opener;
  private final RecentlyUsed<String, Callee> callees;
  private final Map<String, Deployed> byPath = new ConcurrentHashMap<>();
  private final Map<String, Deployed> byId = new ConcurrentHashMap<>();

  /**
   * @param ids gives ids of new deployments
   * @param opener opens what executions of a plan need, such as topics; may block
   * @param most how many revisions are kept ready to be called
   */
  public Deployments(
      Store store,
      DesignCatalog catalog,
      InstantSource clock,
      Supplier<String> ids,
      Consumer<Plan> opener,
      int most) {
    this.store = store;
    this.catalog = catalog;
    this.clock = clock;
    this.ids = ids;
    this.opener = opener;
    this.callees = new RecentlyUsed<>(most);
  }

  /** Reads all deployments again, as other nodes may have changed them. Blocks. */
  public synchronized void load() {
    Map<String, Deployed> found = new ConcurrentHashMap<>();
    store.deployments().all(row -> found.put(row.id(), deployed(row)));
    found.values().forEach(this::remember);
    byId.values().stream().filter(known -> !found.containsKey(known.id())).forEach(this::forget);
  }

  /** The deployment that is called at a path. */
  public Optional<Deployed> at(String path) {
    Deployed known = byPath.get(path);
    return Optional.ofNullable(known != null ? known : byPath.get(EndpointPath.normalised(path)));
  }

  /** One deployment. */
  public Optional<Deployed> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** One deployment as the database has it, since another node may have changed it. Blocks. */
  public Optional<Deployed> stored(String id) {
    return store.deployments().byId(id).map(Deployments::deployed);
  }

  /** What is needed to call a revision, when it is at hand. */
  public Optional<Callee> atHand(String plan) {
    return Optional.ofNullable(callees.get(plan));
  }

  /**
   * Makes ready what is needed to call a revision. Blocks while it compiles.
   *
   * @throws dev.howdah.design.InvalidDesignException when it does not compile any more
   */
  public Callee prepare(String name) {
    Callee known = callees.get(name);
    if (known != null) {
      return known;
    }
    Plan plan = catalog.find(name).orElseThrow(() -> unknownDesign(name));
    opener.accept(plan);
    Callee callee = new Callee(plan, InputSchema.of(plan.design()));
    callees.put(name, callee);
    return callee;
  }

  /**
   * Deploys a design. Blocks.
   *
   * @param revision the revision; the latest if empty
   * @param path as somebody wrote it
   * @throws dev.howdah.fault.FaultException {@code design.unknown}, {@code deployment.path}, {@code
   *     deployment.path-taken}, {@code schedule.not-available}
   */
  public synchronized DeploymentRow create(
      String design, Optional<Integer> revision, String path, Optional<Schedule> schedule) {
    schedule.ifPresent(Deployments::checkSchedule);
    String endpoint = EndpointPath.of(path);
    DesignRow row = design(design, revision);
    long now = clock.millis();
    DeploymentRow created =
        new DeploymentRow(
            ids.get(),
            row.id(),
            row.revision(),
            row.name(),
            endpoint,
            DeploymentStatus.ACTIVE,
            schedule.map(Schedule::toJson).map(Json::write).orElse(null),
            now,
            now,
            null,
            0);
    store.deployments().insert(created);
    remember(deployed(created));
    return created;
  }

  /**
   * Changes a deployment; everything that is wrong is found before anything is changed. Blocks.
   *
   * @throws dev.howdah.fault.FaultException as {@link #create}; {@code deployment.unknown}
   */
  public synchronized DeploymentRow change(String id, Change change) {
    DeploymentRow row = row(id);
    change.schedule().ifPresent(Deployments::checkSchedule);
    Optional<DesignRow> design = change.revision().map(r -> design(row.designId(), Optional.of(r)));
    long now = clock.millis();
    change.status().ifPresent(status -> store.deployments().status(id, status, now));
    change.schedule().ifPresent(s -> store.deployments().schedule(id, Json.write(s.toJson()), now));
    design.ifPresent(d -> store.deployments().revision(id, d.revision(), d.name(), now));
    DeploymentRow changed = row(id);
    remember(deployed(changed));
    return changed;
  }

  /**
   * Removes a deployment, not its executions. Blocks.
   *
   * @throws dev.howdah.fault.FaultException {@code deployment.unknown}
   */
  public synchronized void delete(String id) {
    if (!store.deployments().delete(id)) {
      throw unknown(id);
    }
    Deployed known = byId.get(id);
    if (known != null) {
      forget(known);
    }
  }

  /**
   * A deployment as stored, with its counts. Blocks.
   *
   * @throws dev.howdah.fault.FaultException {@code deployment.unknown}
   */
  public DeploymentRow row(String id) {
    return store.deployments().byId(id).orElseThrow(() -> unknown(id));
  }

  /** That there is no such deployment. */
  public static RuntimeException unknown(String id) {
    return Fault.rejected(
            "deployment.unknown",
            Blame.CALLER,
            "there is no deployment %s; GET /api/deployments lists them".formatted(id))
        .toException();
  }

  private void remember(Deployed deployed) {
    Deployed before = byId.put(deployed.id(), deployed);
    if (before != null && !before.path().equals(deployed.path())) {
      byPath.remove(before.path(), before);
    }
    byPath.put(deployed.path(), deployed);
  }

  private void forget(Deployed deployed) {
    byId.remove(deployed.id());
    byPath.computeIfPresent(
        deployed.path(), (path, other) -> other.id().equals(deployed.id()) ? null : other);
  }

  private DesignRow design(String id, Optional<Integer> revision) {
    return revision
        .map(number -> store.designs().at(id, number))
        .orElseGet(() -> store.designs().latest(id))
        .orElseThrow(() -> unknownDesign(revision.map(number -> id + "@" + number).orElse(id)));
  }

  private static RuntimeException unknownDesign(String name) {
    return Fault.rejected(
            "design.unknown",
            Blame.CALLER,
            "there is no design %s; save it first with POST /api/designs".formatted(name))
        .toException();
  }

  private static void checkSchedule(Schedule schedule) {
    if (schedule.enabled()) {
      throw Fault.rejected("schedule.not-available", Blame.CALLER, NO_SCHEDULES).toException();
    }
  }

  private static Deployed deployed(DeploymentRow row) {
    return new Deployed(
        row.id(), row.endpointPath(), row.designId() + "@" + row.revision(), row.status());
  }
}
