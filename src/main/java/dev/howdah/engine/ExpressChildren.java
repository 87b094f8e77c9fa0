package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.FaultException;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and cancels executions on behalf of express ones. Thread-safe. */
final class ExpressChildren implements ExpressRuns.Children {
  private static final Logger LOG = LoggerFactory.getLogger(ExpressChildren.class);

  private final EngineSettings settings;
  private final Waiters waiters;
  private final Supplier<Starts> starts;
  private final Consumer<String> cancelling;

  /**
   * @param starts what starts them, there when the first is started
   * @param cancelling cancels the execution of an id
   */
  ExpressChildren(
      EngineSettings settings,
      Waiters waiters,
      Supplier<Starts> starts,
      Consumer<String> cancelling) {
    this.settings = settings;
    this.waiters = waiters;
    this.starts = starts;
    this.cancelling = cancelling;
  }

  @Override
  public void start(
      ExecutionRow parent, String path, Decision.Child child, Consumer<Ending> ended) {
    try {
      Plan plan = plan(child);
      waiters.of(child.execution()).thenAccept(ended);
      starts
          .get()
          .startChild(
              request(parent, path, child, plan), child.execution(), plan, parent.id(), path)
          .whenComplete(
              (accepted, failure) -> {
                if (failure instanceof FaultException fault) {
                  ended.accept(new Ending.Failed("", fault.fault()));
                }
              });
    } catch (FaultException e) {
      ended.accept(new Ending.Failed("", e.fault()));
    }
  }

  @Override
  public void spawn(ExecutionRow parent, String path, Decision.Child child) {
    try {
      Plan plan = plan(child);
      starts.get().start(request(parent, path, child, plan), child.execution(), plan);
    } catch (FaultException e) {
      LOG.warn("{} of {} could not start: {}", path, parent.id(), e.getMessage());
    }
  }

  private Plan plan(Decision.Child child) {
    Plan plan =
        settings
            .children()
            .find(child.design(), child.revision())
            .orElseThrow(() -> Starts.unknownDesign(child.design()));
    starts.get().open(plan);
    return plan;
  }

  private static StartRequest request(
      ExecutionRow parent, String path, Decision.Child child, Plan plan) {
    return new StartRequest(
        Optional.empty(),
        plan.name(),
        child.input(),
        "design",
        parent.id() + ":" + path,
        Optional.empty());
  }

  @Override
  public void cancel(String execution) {
    cancelling.accept(execution);
  }
}
