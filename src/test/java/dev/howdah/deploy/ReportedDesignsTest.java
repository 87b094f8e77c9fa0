package dev.howdah.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Kinds;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportedDesignsTest {
  private static final String NAP =
      "id: nap\nname: Nap\nblocks: [{id: pause, type: sleep, data: {duration: 1s}}]\n";

  @TempDir Path directory;

  private ReportedDesigns designs(Duration patience) {
    return new ReportedDesigns(
        Kinds.installed(),
        new FetchedModules(new KeptModules(directory, 1 << 20, InstantSource.system()), 10),
        ForkJoinPool.commonPool(),
        patience,
        10);
  }

  private static byte[] report(String document, Map<String, String> modules) {
    return Json.write(
            Json.MAPPER
                .createObjectNode()
                .put("document", document)
                .set("modules", Json.MAPPER.valueToTree(modules)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static FaultException failure(CompletableFuture<Void> ready) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> ready.get(10, TimeUnit.SECONDS));
    return assertInstanceOf(FaultException.class, failed.getCause());
  }

  @Test
  void aDesignThatIsNotKnownYetIsWaitedFor() throws Exception {
    ReportedDesigns designs = designs(Duration.ofSeconds(30));
    CompletableFuture<Void> ready = designs.ready("nap@1").toCompletableFuture();
    assertFalse(ready.isDone());

    designs.reported("nap@1", report(NAP, Map.of()));

    ready.get(10, TimeUnit.SECONDS);
    assertEquals("nap@1", designs.find("nap@1").orElseThrow().name());
  }

  @Test
  void patienceEndsAndTheNextStageMayTryAgain() throws Exception {
    ReportedDesigns designs = designs(Duration.ofMillis(20));
    FaultException fault = failure(designs.ready("nap@1").toCompletableFuture());
    assertEquals("engine.unknown-design", fault.fault().code());
    assertTrue(fault.fault().retryable());

    designs.reported("nap@1", report(NAP, Map.of()));

    designs.ready("nap@1").toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aModuleThatNobodyServesIsARetryableFault() {
    ReportedDesigns designs = designs(Duration.ofMillis(20));
    designs.reported("nap@1", report(NAP, Map.of("fibo.wat", "a".repeat(64))));

    FaultException fault = failure(designs.ready("nap@1").toCompletableFuture());

    assertEquals("module.unreachable", fault.fault().code());
    assertTrue(fault.fault().retryable());
  }

  @Test
  void aDesignThatDoesNotCompileHereSaysSo() {
    ReportedDesigns designs = designs(Duration.ofSeconds(1));
    designs.reported("odd@1", report(NAP.replace("type: sleep", "type: levitate"), Map.of()));

    FaultException fault = assertThrows(FaultException.class, () -> designs.find("odd@1"));

    assertEquals("design.does-not-compile", fault.fault().code());
    assertTrue(fault.getMessage().contains("levitate"), fault::getMessage);
  }

  @Test
  void whatIsWithdrawnIsForgotten() {
    ReportedDesigns designs = designs(Duration.ofSeconds(1));
    designs.reported("nap@1", report(NAP, Map.of()));
    assertEquals(1, designs.size());

    designs.withdrawn("nap@1");

    assertEquals(0, designs.size());
    assertTrue(designs.find("nap@1").isEmpty());
  }
}
