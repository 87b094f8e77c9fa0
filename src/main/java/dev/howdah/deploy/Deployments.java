package dev.howdah.deploy;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.Mistakes;
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
  private static final String INVALID = "request.invalid";
  private static final String UNKNOWN_DESIGN = "design.unknown";

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
   * @param schedule another one
   * @param revision a revision of the same design
   */
  public record Change(
      Optional<DeploymentStatus> status,
      Optional<NewSchedule> schedule,
      Optional<Integer> revision) {}

  /**
   * Another schedule.
   *
   * @param wanted empty to have none
   */
  public record NewSchedule(Optional<Schedule> wanted) {}

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
   * Finds everything that forbids a deployment. Blocks.
   *
   * @param design empty, like all others, when it could not be read
   * @param path as somebody wrote it
   */
  public void check(
      Optional<String> design,
      Optional<Integer> revision,
      Optional<String> path,
      Optional<Schedule> schedule,
      Mistakes mistakes) {
    design.ifPresent(id -> find(id, revision, mistakes));
    path.ifPresent(written -> checkPath(written, mistakes));
    schedule.ifPresent(s -> checkSchedule(s, mistakes));
  }

  /**
   * Deploys a design. Blocks.
   *
   * @param revision the revision; the latest if empty
   * @param path as somebody wrote it
   * @throws dev.howdah.fault.FaultException with everything that {@link #check} finds: {@code
   *     design.unknown}, {@code deployment.path}, {@code deployment.path-taken}, {@code
   *     schedule.not-available}
   */
  public synchronized DeploymentRow create(
      String design, Optional<Integer> revision, String path, Optional<Schedule> schedule) {
    Mistakes mistakes = new Mistakes(INVALID);
    check(Optional.of(design), revision, Optional.of(path), schedule, mistakes);
    mistakes.throwIfAny();
    String endpoint = EndpointPath.of(path);
    DesignRow row = row(design, revision).orElseThrow(() -> unknownDesign(design));
    long now = clock.millis();
    DeploymentRow created =
        new DeploymentRow(
            ids.get(),
            row.id(),
            row.revision(),
            row.name(),
            endpoint,
            DeploymentStatus.ACTIVE,
            text(schedule),
            now,
            now,
            null,
            0);
    store.deployments().insert(created);
    remember(deployed(created));
    return created;
  }

  /** Finds everything that forbids a change of a deployment that is there. Blocks. */
  public void check(String id, Change change, Mistakes mistakes) {
    change.schedule().flatMap(NewSchedule::wanted).ifPresent(s -> checkSchedule(s, mistakes));
    change.revision().ifPresent(r -> find(row(id).designId(), Optional.of(r), mistakes));
  }

  /**
   * Changes a deployment; everything that is wrong is found before anything is changed. Blocks.
   *
   * @throws dev.howdah.fault.FaultException as {@link #create}; {@code deployment.unknown}
   */
  public synchronized DeploymentRow change(String id, Change change) {
    DeploymentRow row = row(id);
    Mistakes mistakes = new Mistakes(INVALID);
    check(id, change, mistakes);
    mistakes.throwIfAny();
    Optional<DesignRow> design =
        change.revision().flatMap(r -> row(row.designId(), Optional.of(r)));
    long now = clock.millis();
    change.status().ifPresent(status -> store.deployments().status(id, status, now));
    change.schedule().ifPresent(s -> store.deployments().schedule(id, text(s.wanted()), now));
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

  private Optional<DesignRow> row(String design, Optional<Integer> revision) {
    return revision
        .map(number -> store.designs().at(design, number))
        .orElseGet(() -> store.designs().latest(design));
  }

  private void find(String design, Optional<Integer> revision, Mistakes mistakes) {
    if (row(design, revision).isPresent()) {
      return;
    }
    Optional<DesignRow> latest = store.designs().latest(design);
    if (latest.isPresent()) {
      mistakes.add(
          UNKNOWN_DESIGN,
          "/revision",
          "there is no revision %d of design %s".formatted(revision.orElseThrow(), design),
          "the latest is " + latest.get().revision());
    } else {
      mistakes.add(
          UNKNOWN_DESIGN,
          "/design_id",
          "there is no design " + design,
          "save it first with POST /api/designs");
    }
  }

  private static RuntimeException unknownDesign(String name) {
    return Fault.rejected(
            UNKNOWN_DESIGN,
            Blame.CALLER,
            "there is no design %s; save it first with POST /api/designs".formatted(name))
        .toException();
  }

  private static String text(Optional<Schedule> schedule) {
    return schedule.map(Schedule::toJson).map(Json::write).orElse(null);
  }

  private void checkPath(String written, Mistakes mistakes) {
    int before = mistakes.size();
    EndpointPath.check(written, mistakes);
    if (mistakes.size() == before && at(written).isPresent()) {
      mistakes.add(
          "deployment.path-taken",
          "/endpoint_path",
          "the endpoint path %s belongs to another deployment"
              .formatted(EndpointPath.normalised(written)),
          "choose another path, or delete that one");
    }
  }

  private static void checkSchedule(Schedule schedule, Mistakes mistakes) {
    if (schedule.enabled()) {
      mistakes.add(
          "schedule.not-available",
          "/schedule/enabled",
          "schedules do not fire in this version, so an enabled one would never run",
          "leave schedule out or set enabled to false");
    }
  }

  private static Deployed deployed(DeploymentRow row) {
    return new Deployed(
        row.id(), row.endpointPath(), row.designId() + "@" + row.revision(), row.status());
  }
}
