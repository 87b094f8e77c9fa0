package dev.howdah.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.ModuleContent;
import dev.howdah.block.spi.Modules;
import dev.howdah.design.Design;
import dev.howdah.graph.CheckedDesign;
import dev.howdah.graph.Surroundings;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Plans;
import dev.howdah.store.DesignRow;
import dev.howdah.store.Store;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The designs of this installation: saves revisions and compiles them when they are asked for. A
 * revision keeps the very modules it was saved with. Thread-safe.
 */
public final class DesignCatalog implements Plans {
  /** A saved revision. */
  public record Saved(String id, int revision, Design design, boolean isNew) {
    public String plan() {
      return id + "@" + revision;
    }
  }

  private final Store store;
  private final Kinds kinds;
  private final InstantSource clock;
  private final RevisionListener listener;
  private final RecentlyUsed<String, PinnedDesign> compiled;
  private final RecentlyUsed<String, ModuleContent> modules;

  /** Told of every new revision, so that workers learn of it. */
  @FunctionalInterface
  public interface RevisionListener {
    void saved(String plan, String document, JsonNode modules);
  }

  public DesignCatalog(
      Store store, Kinds kinds, InstantSource clock, int most, RevisionListener listener) {
    this.store = store;
    this.kinds = kinds;
    this.clock = clock;
    this.listener = listener;
    this.compiled = new RecentlyUsed<>(most);
    this.modules = new RecentlyUsed<>(most);
  }

  /**
   * Checks a design and saves it as the next revision of its id.
   *
   * @param file names the document in problems
   * @param local modules that are not uploaded, such as files beside the design
   * @param onlyIfChanged gives the latest revision when it is this very design
   * @throws dev.howdah.design.InvalidDesignException with every problem at once
   */
  public Saved save(String file, String text, Modules local, boolean onlyIfChanged) {
    Map<String, ModuleContent> used = new TreeMap<>();
    Modules lookup =
        name -> {
          Optional<ModuleContent> module =
              Optional.ofNullable(used.get(name))
                  .or(() -> local.find(name))
                  .or(() -> uploaded(name));
          module.ifPresent(found -> used.put(name, found));
          return module;
        };
    Design design = CheckedDesign.of(file, text, surroundings(lookup)).design();
    ObjectNode hashes = Json.MAPPER.createObjectNode();
    used.forEach((name, module) -> hashes.put(name, module.sha256()));
    String pinned = Json.write(hashes);
    Optional<DesignRow> latest = store.designs().latest(design.id());
    if (onlyIfChanged
        && latest
            .filter(r -> r.document().equals(text) && r.modules().equals(pinned))
            .isPresent()) {
      return new Saved(design.id(), latest.get().revision(), design, false);
    }
    used.values().forEach(module -> store.modules().put(module.bytes()));
    int revision = store.designs().save(design.id(), design.name(), text, pinned, clock.millis());
    Saved saved = new Saved(design.id(), revision, design, true);
    listener.saved(saved.plan(), text, hashes);
    return saved;
  }

  /**
   * Checks a design without saving it.
   *
   * @return its plan, as the revision it would be if it were saved first
   */
  public Plan check(String file, String text, Modules local) {
    return check(file, text, surroundings(name -> local.find(name).or(() -> uploaded(name))));
  }

  /** Checks a design against given surroundings, with no installation behind it. */
  public static Plan check(String file, String text, Surroundings surroundings) {
    CheckedDesign checked = CheckedDesign.of(file, text, surroundings);
    return Plan.of(checked.design(), 1, checked.graph());
  }

  @Override
  public Optional<Plan> find(String name) {
    return compiled(name).map(PinnedDesign::plan);
  }

  /**
   * The plan of a design's revision.
   *
   * @param revision 0 for the latest
   */
  public Optional<Plan> find(String id, int revision) {
    if (revision > 0) {
      return find(id + "@" + revision);
    }
    return store.designs().latest(id).flatMap(row -> find(id + "@" + row.revision()));
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
    int at = name.lastIndexOf('@');
    if (at < 0) {
      return Optional.empty();
    }
    Optional<DesignRow> row =
        store.designs().at(name.substring(0, at), Integer.parseInt(name.substring(at + 1)));
    Optional<PinnedDesign> fresh = row.map(this::compile);
    fresh.ifPresent(plan -> compiled.put(name, plan));
    return fresh;
  }

  private PinnedDesign compile(DesignRow row) {
    return PinnedDesign.compile(
        kinds,
        row.id() + "@" + row.revision(),
        row.document(),
        Json.trusted(row.modules()),
        this::byHash);
  }

  private Surroundings surroundings(Modules modules) {
    return new Surroundings(kinds, modules, id -> store.designs().latest(id).isPresent());
  }

  private Optional<ModuleContent> uploaded(String name) {
    return store.modules().hashOf(name).flatMap(this::byHash);
  }

  /** A module by its hash. */
  public Optional<ModuleContent> byHash(String hash) {
    ModuleContent known = modules.get(hash);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<ModuleContent> module = store.modules().get(hash).map(ModuleContent::of);
    module.ifPresent(found -> modules.put(hash, found));
    return module;
  }
}
