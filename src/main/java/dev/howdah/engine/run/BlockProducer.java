package dev.howdah.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.Invocation;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.graph.Node;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/** Makes one block's calls, and stops those that take too long or are not wanted any more. */
final class BlockProducer extends DefaultAsyncProducer {
  /** How much later than its own deadline a call that keeps time may end. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Function<LoadedPlan, Call> prepare;
  private final CallSettings settings;

  BlockProducer(Endpoint endpoint, Function<LoadedPlan, Call> prepare, CallSettings settings) {
    super(endpoint);
    this.prepare = prepare;
    this.settings = settings;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    StageRun run = StageRun.of(exchange);
    if (run.cancellation().isFired()) {
      exchange.setException(Faults.CANCELLED.toException());
      callback.done(true);
      return true;
    }
    Node node = run.current(exchange);
    Duration timeout = node.block().timeout().orElse(settings.defaultTimeout());
    CompletionStage<Outcome> outcome;
    InterruptOnCancel interrupt = new InterruptOnCancel(run.cancellation());
    try {
      Call call = run.loaded().call(node, () -> prepare.apply(run.loaded()));
      Invocation invocation =
          new Invocation(
              run.loaded().plan().design().id() + "/" + node.path(),
              run.scope(exchange.getMessage().getBody(JsonNode.class)),
              run.dispatch().execution(),
              run.dispatch().lineage(),
              run.idempotencyKey(node),
              timeout,
              run.cancellation(),
              text -> run.told(node, text));
      outcome = call.run(invocation);
    } catch (InterruptedException | RuntimeException e) {
      exchange.setException(e);
      callback.done(true);
      return true;
    } finally {
      interrupt.release();
    }
    if (outcome.toCompletableFuture().isDone()) {
      take(run, exchange, outcome.toCompletableFuture().handle(Settled::new).join());
      callback.done(true);
      return true;
    }
    whenDone(run, exchange, outcome, timeout, callback, keepsTime(node) ? GRACE : Duration.ZERO);
    return false;
  }

  /** Two deadlines at once would leave the code of the fault to chance. */
  private static boolean keepsTime(Node node) {
    return node.configured().kind() instanceof LeafKind<?> leaf && leaf.keepsTime();
  }

  private record Settled(Outcome outcome, Throwable thrown) {}

  private void whenDone(
      StageRun run,
      Exchange exchange,
      CompletionStage<Outcome> outcome,
      Duration timeout,
      AsyncCallback callback,
      Duration grace) {
    AtomicBoolean settled = new AtomicBoolean();
    ScheduledFuture<?> deadline =
        settings
            .timer()
            .schedule(
                () -> {
                  if (settled.compareAndSet(false, true)) {
                    exchange.setException(timedOut(timeout).toException());
                    run.cancellation().fire();
                    callback.done(false);
                  }
                },
                timeout.plus(grace).toMillis(),
                TimeUnit.MILLISECONDS);
    outcome.whenComplete(
        (value, thrown) -> {
          if (settled.compareAndSet(false, true)) {
            deadline.cancel(false);
            take(run, exchange, new Settled(value, thrown));
            callback.done(false);
          }
        });
  }

  private static Fault timedOut(Duration timeout) {
    return Fault.retryable(
        "block.timeout",
        Blame.WORKER,
        "no answer within %d ms; give the block a longer timeout if it needs it"
            .formatted(timeout.toMillis()));
  }

  private static void take(StageRun run, Exchange exchange, Settled settled) {
    if (settled.thrown() != null) {
      exchange.setException(Faults.of(settled.thrown()).toException());
    } else if (settled.outcome() instanceof Outcome.Completed completed) {
      exchange.getMessage().setBody(completed.output());
      run.noted(exchange, completed.meta());
    } else {
      run.suspended(exchange, settled.outcome());
      exchange.setRouteStop(true);
    }
  }
}
