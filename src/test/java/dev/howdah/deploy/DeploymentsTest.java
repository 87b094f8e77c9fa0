package dev.howdah.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Kinds;
import dev.howdah.fault.FaultException;
import dev.howdah.plan.Plan;
import dev.howdah.store.DeploymentRow;
import dev.howdah.store.DeploymentStatus;
import dev.howdah.store.Store;
import dev.howdah.store.StoreSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentsTest {
  private static final String DESIGN =
      "{\"id\": \"echo\", \"name\": \"Echo\", \"blocks\": [{\"id\": \"a\", \"type\": \"transform\", \"data\": {\"value\": 1}}]}";

  @TempDir Path directory;
  private final List<Plan> opened = new ArrayList<>();
  private Store store;
  private DesignCatalog catalog;
  private Deployments deployments;
  private int ids;

  @BeforeEach
  void open() {
    InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(5_000));
    store = Store.open(new StoreSettings.Sqlite(directory, StoreSettings.Synchronous.NORMAL));
    catalog =
        new DesignCatalog(store, Kinds.installed(), clock, 10, (plan, document, modules) -> {});
    catalog.save("design", DESIGN, name -> Optional.empty(), false);
    deployments = new Deployments(store, catalog, clock, () -> "d" + ++ids, opened::add, 10);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private DeploymentRow create(String path) {
    return deployments.create("echo", Optional.empty(), path, Optional.empty());
  }

  private static DeploymentRow row(String id, String path) {
    return new DeploymentRow(
        id, "echo", 1, "Echo", path, DeploymentStatus.ACTIVE, null, 1, 1, null, 0);
  }

  @Test
  void aDeploymentIsFoundByItsPathHoweverItIsWritten() {
    create("one/two/");

    for (String path : List.of("/one/two", "/one/two/", "one/two", "//one//two")) {
      assertEquals("echo@1", deployments.at(path).orElseThrow().plan(), path);
    }
    assertTrue(deployments.at("/one").isEmpty());
    assertEquals("/one/two", deployments.byId("d1").orElseThrow().path());
  }

  @Test
  void whatAnotherNodeHasDoneIsSeenAfterLoading() {
    DeploymentRow mine = create("mine");
    store.deployments().insert(row("theirs", "/theirs"));
    store.deployments().status(mine.id(), DeploymentStatus.INACTIVE, 6_000);

    deployments.load();
    assertEquals("theirs", deployments.at("/theirs").orElseThrow().id());
    assertTrue(deployments.at("/mine").filter(d -> !d.isActive()).isPresent());

    store.deployments().delete("theirs");
    store.deployments().delete(mine.id());
    store.deployments().insert(row("other", "/mine"));
    deployments.load();
    assertTrue(deployments.at("/theirs").isEmpty());
    assertEquals("other", deployments.at("/mine").orElseThrow().id());
  }

  @Test
  void aChangeThatIsWrongInOnePartChangesNothing() {
    String id = create("one").id();
    Deployments.Change change =
        new Deployments.Change(
            Optional.of(DeploymentStatus.INACTIVE), Optional.empty(), Optional.of(9));

    assertEquals(
        "design.unknown",
        assertThrows(FaultException.class, () -> deployments.change(id, change)).fault().code());

    assertEquals(DeploymentStatus.ACTIVE, deployments.row(id).status());
    assertTrue(deployments.at("/one").orElseThrow().isActive());
  }

  @Test
  void whatIsNeededToCallARevisionIsMadeReadyOnce() {
    assertTrue(deployments.atHand("echo@1").isEmpty());

    Deployments.Callee callee = deployments.prepare("echo@1");

    assertEquals("echo@1", callee.plan().name());
    assertEquals(callee, deployments.atHand("echo@1").orElseThrow());
    assertEquals(callee, deployments.prepare("echo@1"));
    assertEquals(List.of(callee.plan()), opened);
    assertThrows(FaultException.class, () -> deployments.prepare("echo@2"));
  }

  @Test
  void tenThousandAreLoadedAtOnce() {
    for (int i = 0; i < 10_000; i++) {
      store.deployments().insert(row("d" + i, "/d" + i));
    }

    deployments.load();

    for (int i = 0; i < 10_000; i++) {
      assertEquals("d" + i, deployments.at("/d" + i).orElseThrow().id());
    }
  }
}
