package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Kinds;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.config.Settings;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.design.ConfigurationSchema;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.node.EngineNode;
import dev.howdah.worker.agent.ScriptedModel;
import dev.howdah.worker.grpc.TestServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block kind has a page, which names every property and whose example does what it says. */
class BlockPagesTest {
  private static final Pattern FENCE = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

  @TempDir static Path directory;
  private static EngineNode node;
  private static HttpServer customers;
  private static ScriptedModel model;
  private static TestServer executor;
  private static Replier prices;

  @BeforeAll
  static void start() throws Exception {
    customers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    customers.createContext(
        "/customers/7",
        exchange -> {
          boolean named = "fields=name".equals(exchange.getRequestURI().getQuery());
          byte[] answer = "{\"name\": \"Ada\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(named ? 200 : 400, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    customers.start();
    executor =
        TestServer.answering(
            "container_executor.proto",
            Files.readAllBytes(Path.of("designs/modules/container_executor.proto")),
            "ContainerExecutor/Execute",
            request ->
                Json.MAPPER
                    .createObjectNode()
                    .put("success", true)
                    .put("message", "wrote " + request.get("outputFile").textValue()));
    model = ScriptedModel.start().script(Path.of("src/test/resources/models/examples.yaml"));
    Path routes = Files.createDirectories(directory.resolve("routes"));
    Files.writeString(routes.resolve("greet.yaml"), routeOf("camel.md"));
    node =
        EngineNode.start(
            Settings.of(
                Map.of(
                    "howdah.data", directory.toString(),
                    "howdah.broker.port", "0",
                    "howdah.http.port", "0",
                    "howdah.exec.allow", "sh, sort",
                    "howdah.agent.url", model.url().toString(),
                    "howdah.agent.model", "scripted",
                    "howdah.camel.allow", "direct",
                    "howdah.routes", routes.toString())),
            InstantSource.system(),
            true,
            fault -> {});
    ClusterAccess access = ClusterAccess.open(node.bootstrapServers());
    try (Admin admin = Admin.create(Clients.admin(access))) {
      admin
          .createTopics(
              Stream.of("orders", "price-requests", "price-replies")
                  .map(name -> new NewTopic(name, 1, (short) 1))
                  .toList())
          .all()
          .get();
    }
    prices =
        Replier.start(
            access, "price-requests", request -> request.replace("}", ", \"price\": 120}"));
  }

  /** The route of a page stands there indented. */
  private static String routeOf(String page) throws Exception {
    return Files.readString(Path.of("docs", "blocks", page))
        .lines()
        .takeWhile(line -> !line.startsWith("```"))
        .filter(line -> line.startsWith("    "))
        .map(line -> line.substring(4))
        .collect(Collectors.joining("\n"));
  }

  @AfterAll
  static void stop() throws Exception {
    prices.close();
    node.close();
    customers.stop(0);
    model.close();
    executor.close();
  }

  static Stream<BlockKind<?>> kinds() {
    return Kinds.installed().all().stream().map(kind -> (BlockKind<?>) kind);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void thePageNamesEveryProperty(BlockKind<?> kind) throws Exception {
    String page = page(kind);
    JsonNode schema = ConfigurationSchema.of(kind.configuration()).json();
    schema
        .get("properties")
        .fieldNames()
        .forEachRemaining(
            property ->
                assertTrue(page.contains("| `" + property + "` |"), "no row for " + property));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theExampleGivesWhatThePageSays(BlockKind<?> kind) throws Exception {
    String plan = "";
    List<JsonNode> values = new ArrayList<>();
    int examples = 0;
    Matcher fences = FENCE.matcher(page(kind));
    while (fences.find()) {
      if (fences.group(1).equals("yaml")) {
        plan = save(kind, fences.group(2));
        continue;
      }
      values.add(Json.read(fences.group(2)));
      if (values.size() == 2) {
        assertEquals(values.get(1).toString(), result(plan, values.get(0)).toString());
        values.clear();
        examples++;
      }
    }
    assertTrue(examples > 0, "no example");
  }

  private static String save(BlockKind<?> kind, String design) {
    String text =
        design
            .replace("localhost:9999", "localhost:" + customers.getAddress().getPort())
            .replace("localhost:50051", executor.target());
    return node.catalog()
        .save(kind.type() + ".md", text, n -> ModuleFiles.find(Path.of("designs"), n), false)
        .plan();
  }

  /** What a plan makes of an input. */
  private static JsonNode result(String plan, JsonNode input) throws Exception {
    String id = node.engine().nextId();
    var ending = node.engine().endingOfNew(id);
    node.engine()
        .start(
            new StartRequest(
                Optional.empty(), plan, Value.of(input), "manual", "test", Optional.empty()),
            id)
        .get();
    Ending ended = ending.get(60, TimeUnit.SECONDS);
    assertTrue(ended instanceof Ending.Completed, ended.toString());
    return Json.read(((Ending.Completed) ended).result().text());
  }

  private static String page(BlockKind<?> kind) throws Exception {
    return Files.readString(Path.of("docs", "blocks", kind.type() + ".md"));
  }
}
