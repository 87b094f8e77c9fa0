package dev.howdah.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.ModuleContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptModulesTest {
  @TempDir Path directory;
  private final AtomicLong seconds = new AtomicLong(1_000);
  private KeptModules modules;

  private KeptModules upTo(long bytes) {
    modules =
        new KeptModules(
            directory.resolve("modules"),
            bytes,
            () -> Instant.ofEpochSecond(seconds.incrementAndGet()));
    return modules;
  }

  private static ModuleContent module(int first, int size) {
    byte[] bytes = new byte[size];
    bytes[0] = (byte) first;
    return ModuleContent.of(bytes);
  }

  private boolean isKept(ModuleContent module) {
    return Files.exists(directory.resolve("modules").resolve(module.sha256() + ".module"));
  }

  @Test
  void theLeastRecentlyUsedGoes() {
    upTo(250);
    ModuleContent one = module(1, 100);
    ModuleContent two = module(2, 100);
    ModuleContent three = module(3, 100);
    modules.keep(one);
    modules.keep(two);
    assertEquals(one, modules.get(one.sha256()).orElseThrow());

    modules.keep(three);

    assertTrue(isKept(one));
    assertEquals(Optional.empty(), modules.get(two.sha256()));
    assertTrue(isKept(three));
  }

  @Test
  void nothingGoesWhileThereIsRoom() {
    upTo(200);
    ModuleContent one = module(1, 100);
    ModuleContent two = module(2, 100);
    modules.keep(one);
    modules.keep(two);

    assertTrue(isKept(one) && isKept(two));
  }

  @Test
  void oneThatIsLargerThanTheRoomStaysUntilTheNextComes() {
    upTo(50);
    ModuleContent large = module(1, 100);
    modules.keep(large);
    assertTrue(isKept(large));

    ModuleContent small = module(2, 10);
    modules.keep(small);

    assertEquals(Optional.empty(), modules.get(large.sha256()));
    assertTrue(isKept(small));
  }

  @Test
  void whatAKilledProcessHasLeftHalfWrittenGoesToo() throws Exception {
    upTo(150);
    Path half = Files.createDirectories(directory.resolve("modules")).resolve("fetched1.tmp");
    Files.write(half, new byte[100]);
    Files.setLastModifiedTime(half, FileTime.from(Instant.ofEpochSecond(1)));

    modules.keep(module(1, 100));

    assertTrue(Files.notExists(half));
  }

  @Test
  void aSpoiltFileIsNoModule() throws Exception {
    upTo(1_000);
    ModuleContent module = module(1, 100);
    modules.keep(module);
    Files.write(directory.resolve("modules").resolve(module.sha256() + ".module"), new byte[100]);

    assertEquals(Optional.empty(), modules.get(module.sha256()));
  }
}
