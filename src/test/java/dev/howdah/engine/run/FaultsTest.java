package dev.howdah.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FaultsTest {
  private static final Fault FAULT = Fault.rejected("it.failed", Blame.WORKER, "it failed");

  static Stream<Throwable> wrapped() {
    return Stream.of(
        FAULT.toException(),
        new CompletionException(FAULT.toException()),
        new RuntimeCamelException(new ExecutionException(FAULT.toException())));
  }

  @ParameterizedTest
  @MethodSource("wrapped")
  void findsTheFaultInWhateverCarriesIt(Throwable thrown) {
    assertEquals(FAULT, Faults.of(thrown));
  }

  static Stream<Throwable> stopped() {
    return Stream.of(
        new InterruptedException(),
        new CancellationException(),
        new CompletionException(new CancellationException()));
  }

  /** This is what a cancel does, and no reason to write to the log. */
  @ParameterizedTest
  @MethodSource("stopped")
  void whoIsToldToStopIsNotBroken(Throwable thrown) {
    Fault fault = Faults.of(thrown);

    assertEquals("block.interrupted", fault.code());
    assertTrue(fault.retryable());
  }

  @Test
  void whatNobodyKnowsIsTheEnginesFault() {
    assertEquals("engine.unexpected", Faults.of(new IllegalStateException("?")).code());
  }
}
