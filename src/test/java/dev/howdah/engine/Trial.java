package dev.howdah.engine;

import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Modules;
import dev.howdah.block.spi.Services;
import dev.howdah.engine.InMemoryEngine.Mishaps;
import dev.howdah.engine.InMemoryEngine.Outcome;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Partial;
import dev.howdah.json.Json;
import dev.howdah.worker.agent.AgentCaller;
import dev.howdah.worker.http.HttpCaller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Runs designs with the kinds of block there are and {@link FlakyBlock}, each time both undisturbed
 * and restored from its rows again and again, with messages lost and repeated.
 */
public final class Trial implements AutoCloseable {
  private static final int DISTURBED = 8;

  private final Modules modules;
  private final Kinds kinds;
  private final InMemoryEngine engine;
  private int designs;

  /** Starts an engine whose agents have nobody to talk to. */
  public Trial() {
    this(null);
  }

  /**
   * Starts an engine.
   *
   * @param agents asks models; null when no design has an agent
   */
  public Trial(AgentCaller agents) {
    this(agents, null);
  }

  /**
   * Starts an engine.
   *
   * @param agents asks models; null when no design has an agent
   * @param http calls services; null when no design does
   */
  public Trial(AgentCaller agents, HttpCaller http) {
    this(
        name -> Optional.empty(),
        clock ->
            new Services(
                name -> Optional.empty(), null, http, null, null, agents, null, null, clock));
  }

  /**
   * Starts an engine.
   *
   * @param modules of all designs
   * @param services what blocks work with, given the clock of the engine
   */
  public Trial(Modules modules, InMemoryEngine.ServicesOf services) {
    List<BlockKind<?>> all = new ArrayList<>(Kinds.installed().all());
    all.add(new FlakyBlock());
    this.modules = modules;
    kinds = Kinds.of(all);
    engine = new InMemoryEngine(kinds, services, 4);
  }

  /**
   * Runs a design.
   *
   * @param blocks the design from {@code blocks:} on
   * @param input JSON
   * @return what came of the undisturbed run, which all others have come to as well
   */
  public Outcome run(String blocks, String input) throws IOException {
    String design = "id: d-" + ++designs + "\n" + blocks;
    var plan = TestDesigns.plan(design, kinds, modules);
    Outcome calm = engine.run(plan, Json.read(input), Mishaps.NONE);
    for (int seed = 0; seed < DISTURBED; seed++) {
      Outcome disturbed =
          engine.run(plan, Json.read(input), new Mishaps(new Random(seed), 0.3, 0.4));
      if (!told(calm).equals(told(disturbed))) {
        throw new AssertionError(
            "seed %d came to %s instead of %s".formatted(seed, told(disturbed), told(calm)));
      }
    }
    return calm;
  }

  /** What the blocks of all runs have told while they ran. */
  public List<Partial> told() {
    return engine.told();
  }

  /** The result of an execution as JSON text, or how else it ended. */
  public static String told(Outcome outcome) {
    return outcome.ending() instanceof Ending.Completed completed
        ? completed.result().text()
        : outcome.ending() instanceof Ending.Failed failed
            ? failed.path() + " " + failed.fault().code() + ": " + failed.fault().message()
            : outcome.ending().toString();
  }

  /** The result of a run, or how else it ended. */
  public String result(String blocks, String input) throws IOException {
    return told(run(blocks, input));
  }

  @Override
  public void close() {
    engine.close();
  }
}
