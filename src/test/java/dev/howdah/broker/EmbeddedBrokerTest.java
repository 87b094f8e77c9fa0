package dev.howdah.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  @TempDir Path directory;

  @Test
  void aRestartKeepsRecordsAndClusterIdAndTakesTheWantedPort() throws Exception {
    String clusterId;
    int port;
    try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(directory, 0));
        Admin admin = Admin.create(Clients.admin(ClusterAccess.open(broker.bootstrapServers())));
        var producer = Records.producer(broker.bootstrapServers())) {
      new Topics(admin, TopicSettings.embedded(), Duration.ofSeconds(10)).ensure(List.of());
      producer.send(Records.record(Topics.WORK, "kept")).get();
      clusterId = broker.clusterId();
      port = broker.port();
    }

    try (EmbeddedBroker again = EmbeddedBroker.start(new BrokerSettings(directory, port))) {
      assertEquals(clusterId, again.clusterId());
      assertEquals("127.0.0.1:" + port, again.bootstrapServers());
      assertEquals(List.of("kept"), Records.all(again.bootstrapServers(), Topics.WORK));
      again.close();
      again.close();
    }
  }

  @Test
  void aTakenPortIsOneClearFaultAndLeavesTheDirectoryFree() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Fault fault = faultOf(new BrokerSettings(directory, other.getLocalPort()));

      assertEquals("broker.port-taken", fault.code());
      assertTrue(fault.message().contains("Port " + other.getLocalPort()), fault.message());
    }
    BrokerDirectory.open(directory).close();
  }

  @Test
  void aDirectoryBelowAFileIsOneClearFault() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "in the way");

    Fault fault = faultOf(new BrokerSettings(file.resolve("broker"), 0));

    assertEquals("broker.directory", fault.code());
    assertTrue(fault.message().contains(file.toString()), fault.message());
    assertFalse(fault.message().contains("\n"), fault.message());
  }

  @Test
  void aDirectoryWhoseIdentityIsLostIsNotFormattedOver() throws Exception {
    BrokerDirectory.open(directory).close();
    Files.writeString(directory.resolve("data/meta.properties"), "version=1\nnode.id=1\n");

    Fault fault = faultOf(new BrokerSettings(directory, 0));

    assertEquals("broker.directory", fault.code());
    assertTrue(fault.message().contains("meta.properties names no cluster.id"), fault.message());
  }

  @Test
  void twoBrokersNeverShareADirectory() {
    try (BrokerDirectory first = BrokerDirectory.open(directory)) {
      Fault fault = faultOf(new BrokerSettings(directory, 0));

      assertNotEquals("", first.clusterId());
      assertEquals("broker.directory-in-use", fault.code());
      assertTrue(fault.message().contains(directory.toString()), fault.message());
    }
  }

  @Test
  void aStartThatKafkaRefusesIsOneClearFaultAndLeavesTheDirectoryFree() throws Exception {
    BrokerDirectory.open(directory).close();
    Files.writeString(
        directory.resolve("data/meta.properties"), "version=1\nnode.id=7\ncluster.id=other\n");

    Fault fault = faultOf(new BrokerSettings(directory, 0));

    assertEquals("broker.start", fault.code());
    assertFalse(fault.message().contains("\n"), fault.message());
    BrokerDirectory.open(directory).close();
  }

  @Test
  void aStartThatTakesTooLongIsGivenUpAndLetsGoOfTheDirectoryOnceItHasEnded() {
    Fault fault = faultOf(new BrokerSettings(directory, 0, Duration.ofMillis(1)));

    assertEquals("broker.start", fault.code());
    assertEquals("broker.directory-in-use", faultOf(new BrokerSettings(directory, 0)).code());
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .untilAsserted(() -> BrokerDirectory.open(directory).close());
  }

  @Test
  void aFatalFaultIsReportedAndDoesNotHaltTheJvm() throws Exception {
    List<Fault> deaths = new CopyOnWriteArrayList<>();
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(new BrokerSettings(directory, 0), deaths::add);
        Admin admin = Admin.create(Clients.admin(ClusterAccess.open(broker.bootstrapServers())))) {
      // Kafka halts its process when its only data directory fails.
      delete(directory.resolve("data"));
      var lost = admin.createTopics(List.of(new NewTopic("lost", 1, (short) 1)));

      await().atMost(Duration.ofSeconds(10)).until(() -> !deaths.isEmpty());
      assertEquals("broker.died", deaths.get(0).code());
      assertTrue(deaths.get(0).message().contains(directory.toString()));
      assertEquals(1, deaths.size());
      assertTrue(lost.values().containsKey("lost"));
    }
  }

  private static Fault faultOf(BrokerSettings settings) {
    return assertThrows(FaultException.class, () -> EmbeddedBroker.start(settings).close()).fault();
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
