package dev.howdah.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessTest {
  @TempDir Path directory;

  @Test
  void aKillIsReportedAndLosesNothingAcknowledged() {
    List<Fault> deaths = new CopyOnWriteArrayList<>();
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    BrokerSettings settings = new BrokerSettings(directory, 0);
    String clusterId;
    try (BrokerProcess broker = BrokerProcess.start(settings, deaths::add);
        Admin admin = Admin.create(Clients.admin(ClusterAccess.open(broker.bootstrapServers())));
        var producer = Records.producer(broker.bootstrapServers())) {
      clusterId = broker.clusterId();
      new Topics(admin, TopicSettings.embedded(), Duration.ofSeconds(10)).ensure(List.of());
      for (int i = 0; i < 5000; i++) {
        String text = "r" + i;
        Future<RecordMetadata> unused =
            producer.send(
                Records.record(Topics.WORK, text),
                (sent, failure) -> {
                  if (failure == null) {
                    acknowledged.add(text);
                  }
                });
        if (i == 4000) {
          await().until(() -> acknowledged.size() > 1000);
          ProcessHandle.of(broker.pid()).orElseThrow().destroyForcibly();
        }
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> !deaths.isEmpty());
      producer.close(Duration.ZERO);
    }
    assertEquals("broker.died", deaths.get(0).code());
    assertTrue(deaths.get(0).message().contains("broker.log"), deaths.get(0).message());

    try (BrokerProcess again = BrokerProcess.start(settings)) {
      assertEquals(clusterId, again.clusterId());
      Set<String> lost = new HashSet<>(acknowledged);
      lost.removeAll(Records.all(again.bootstrapServers(), Topics.WORK));
      assertEquals(Set.of(), lost);
    }
  }

  @Test
  void aCloseEndsTheChildWithoutADeathOrChatterInItsLog() throws Exception {
    List<Fault> deaths = new CopyOnWriteArrayList<>();
    BrokerProcess broker = BrokerProcess.start(new BrokerSettings(directory, 0), deaths::add);
    ProcessHandle child = ProcessHandle.of(broker.pid()).orElseThrow();

    broker.close();
    broker.close();

    assertFalse(child.isAlive());
    assertEquals(List.of(), deaths);
    String log = Files.readString(directory.resolve("broker.log"));
    assertFalse(log.contains(" INFO ") || log.contains(" DEBUG "), log);
  }

  @Test
  void theChildsFaultIsOurs() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      BrokerSettings settings = new BrokerSettings(directory, other.getLocalPort());

      Fault fault =
          assertThrows(FaultException.class, () -> BrokerProcess.start(settings).close()).fault();

      assertEquals("broker.port-taken", fault.code());
      assertTrue(fault.message().contains("Port " + other.getLocalPort()), fault.message());
    }
  }

  @Test
  void aDirectoryBelowAFileIsOneClearFault() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    BrokerSettings settings = new BrokerSettings(file.resolve("broker"), 0);

    Fault fault =
        assertThrows(FaultException.class, () -> BrokerProcess.start(settings).close()).fault();

    assertEquals("broker.directory", fault.code());
  }

  @Test
  void theChildEndsWhenItsParentIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      ProcessHandle child =
          ProcessHandle.of(Long.parseLong(parent.inputReader().readLine())).orElseThrow();
      assertTrue(child.isAlive());

      parent.destroyForcibly();

      await().atMost(Duration.ofSeconds(10)).until(() -> !child.isAlive());
    } finally {
      parent.destroyForcibly();
    }
  }

  /** A program that starts a broker process, prints its id and waits to be killed. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] args) throws IOException {
      BrokerProcess broker = BrokerProcess.start(new BrokerSettings(Path.of(args[0]), 0));
      System.out.println(broker.pid());
      int unused = System.in.read();
    }
  }
}
