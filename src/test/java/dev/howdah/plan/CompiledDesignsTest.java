package dev.howdah.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Kinds;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.graph.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The routes of every example design are as they were when somebody last read them. {@code
 * -Dgolden.update=true} writes them anew, to be read and committed.
 */
class CompiledDesignsTest {
  private static final Path DESIGNS = Path.of("designs");
  private static final Path ORCHESTRATIONS = Path.of("examples", "orchestrations");
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  static Stream<Path> designs() throws IOException {
    try (Stream<Path> own = Files.list(DESIGNS);
        Stream<Path> others = Files.list(ORCHESTRATIONS)) {
      return Stream.concat(own, others)
          .filter(f -> f.toString().matches(".*\\.(yaml|json)"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("designs")
  void theRoutesAreAsTheyWereRead(Path design) throws IOException {
    String routes =
        RouteWriter.write(
            DesignCatalog.check(
                design.toString(),
                Files.readString(design),
                new Surroundings(
                    Kinds.installed(), name -> ModuleFiles.find(DESIGNS, name), id -> true)));
    Path golden = GOLDEN.resolve(design.getFileName().toString().replace(".json", ".yaml"));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, routes);
    }
    assertTrue(Files.exists(golden), golden + " is missing; run with -Dgolden.update=true");
    assertEquals(Files.readString(golden), routes);
  }
}
