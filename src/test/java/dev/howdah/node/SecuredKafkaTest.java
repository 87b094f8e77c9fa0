package dev.howdah.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.SecuredBroker;
import dev.howdah.config.Settings;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Engine, worker and kafka blocks at a cluster that asks who they are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredKafkaTest {
  @TempDir static Path directory;
  private SecuredBroker broker;
  private EngineNode engine;
  private WorkerNode worker;

  @BeforeAll
  void start() throws Exception {
    broker = SecuredBroker.start(directory);
    engine = engine(broker.byPassword(SecuredBroker.PASSWORD), "engine");
    Map<String, String> settings = settings(broker.overTls(), "worker");
    worker =
        WorkerNode.start(
            Settings.of(settings),
            "guarded",
            OptionalInt.empty(),
            InstantSource.system(),
            fault -> {
              throw fault.toException();
            });
  }

  @AfterAll
  void stop() {
    worker.close();
    engine.close();
    broker.close();
  }

  private Map<String, String> settings(ClusterAccess access, String data) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("howdah.data", directory.resolve(data).toString());
    settings.put("howdah.http.port", "0");
    settings.put("howdah.groups", "");
    settings.put("howdah.routes", directory.resolve("routes").toString());
    settings.put("howdah.kafka.bootstrap-servers", access.servers());
    settings.put("howdah.kafka.work-partitions", "4");
    access.security().forEach((name, value) -> settings.put("howdah.kafka." + name, value));
    ClusterAccess other = broker.overTls();
    settings.put("howdah.kafka.cluster.other.bootstrap-servers", other.servers());
    other
        .security()
        .forEach((name, value) -> settings.put("howdah.kafka.cluster.other." + name, value));
    return settings;
  }

  private EngineNode engine(ClusterAccess access, String data) {
    return EngineNode.start(
        Settings.of(settings(access, data)),
        InstantSource.system(),
        false,
        fault -> {
          throw fault.toException();
        });
  }

  private Ending run(String design) throws Exception {
    String plan = engine.catalog().save("test.yaml", design, name -> Optional.empty(), true).plan();
    String id = engine.engine().nextId();
    CompletableFuture<Ending> ending = engine.engine().endingOfNew(id);
    engine
        .engine()
        .start(
            new StartRequest(
                Optional.empty(), plan, Value.ofText("7"), "manual", "test", Optional.empty()),
            id)
        .get(10, TimeUnit.SECONDS);
    return ending.get(30, TimeUnit.SECONDS);
  }

  @Test
  void anEngineWithAPasswordAndAWorkerOverTlsWorkTogether() throws Exception {
    Ending ending =
        run(
            """
            id: guarded
            blocks:
              - {id: there, type: sleep, group: guarded, data: {duration: 1ms}}
              - {id: then, type: transform, data: {value: ["${ . }"]}}
            """);
    assertEquals("[7]", assertInstanceOf(Ending.Completed.class, ending).result().text());
  }

  @Test
  void kafkaBlocksProveWhoTheyAreWhereverTheyPublish() throws Exception {
    try (Admin admin = Admin.create(Clients.admin(broker.overTls()))) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }
    Ending ending =
        run(
            """
            id: publishes
            blocks:
              - {id: own, type: kafka, data: {topic: orders, value: own}}
              - {id: tls, type: kafka, data: {topic: orders, value: tls, bootstrapServers: "%s"}}
              - {id: far, type: kafka, group: guarded, data: {topic: orders, value: far}}
            """
                .formatted(broker.overTls().servers()));

    assertInstanceOf(Ending.Completed.class, ending);
    TopicPartition orders = new TopicPartition("orders", 0);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(Clients.reader(broker.overTls(), "test"))) {
      consumer.assign(List.of(orders));
      StringBuilder values = new StringBuilder();
      while (values.length() < 9) {
        ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofSeconds(10));
        assertFalse(records.isEmpty(), values::toString);
        records.forEach(r -> values.append(new String(r.value(), StandardCharsets.UTF_8)));
      }
      assertEquals("owntlsfar", values.toString());
    }
  }

  @Test
  void whoIsNotLetInIsToldSoAndTheSecretIsNot() {
    FaultException refused =
        assertThrows(FaultException.class, () -> engine(broker.byPassword("wrong-one"), "refused"));

    assertEquals("broker.not-authenticated", refused.fault().code());
    assertFalse(refused.getMessage().contains("wrong-one"), refused::getMessage);
    assertFalse(broker.byPassword("wrong-one").toString().contains("wrong-one"));
  }

  @Test
  void aPropertyThatDoesNotFitIsRefused() {
    assertEquals("config.unknown", refused("howdah.kafka.sasl.mechanisn", "PLAIN"));
    assertEquals("broker.client", refused("howdah.kafka.security.protocol", "SECRET"));
    assertEquals(
        "config.value", refused("howdah.kafka.cluster.more.security.protocol", "PLAINTEXT"));
  }

  private String refused(String name, String value) {
    Map<String, String> settings = settings(broker.byPassword(SecuredBroker.PASSWORD), "wrong");
    settings.put(name, value);
    return assertThrows(
            FaultException.class,
            () ->
                EngineNode.start(Settings.of(settings), InstantSource.system(), false, fault -> {}))
        .fault()
        .code();
  }
}
