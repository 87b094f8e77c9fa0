package dev.howdah.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalBrokerTest {
  private static final Duration TIMEOUT = Duration.ofMillis(1500);

  @TempDir Path directory;

  @Test
  void aClusterThatAnswersIsKnownByItsId() {
    try (EmbeddedBroker running = EmbeddedBroker.start(new BrokerSettings(directory, 0));
        ExternalBroker broker = ExternalBroker.connect(running.access(), Duration.ofSeconds(10))) {
      assertEquals(running.clusterId(), broker.clusterId());
      assertEquals(1, broker.brokers());
    }
  }

  @Test
  void aPortWhereNobodyListensIsUnreachable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    Fault fault = assertTimeout(TIMEOUT.multipliedBy(2), () -> faultOf("127.0.0.1:" + port));

    assertEquals("broker.unreachable", fault.code());
    assertTrue(fault.retryable());
    assertTrue(fault.message().contains("127.0.0.1:" + port), fault.message());
    assertFalse(fault.message().contains("\n"), fault.message());
  }

  @Test
  void aPortThatNeverAnswersIsUnreachable() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Fault fault =
          assertTimeout(TIMEOUT.multipliedBy(2), () -> faultOf("127.0.0.1:" + mute.getLocalPort()));

      assertEquals("broker.unreachable", fault.code());
    }
  }

  @Test
  void aNameThatDoesNotResolveIsUnreachable() {
    assertEquals("broker.unreachable", faultOf("kafka.invalid:9092").code());
  }

  @Test
  void textThatIsNoAddressIsRejected() {
    Fault fault = faultOf("not an address");

    assertEquals("broker.address", fault.code());
    assertFalse(fault.retryable());
    assertTrue(fault.message().contains("host:port"), fault.message());
  }

  private static Fault faultOf(String bootstrapServers) {
    return assertThrows(
            FaultException.class,
            () -> ExternalBroker.connect(ClusterAccess.open(bootstrapServers), TIMEOUT).close())
        .fault();
  }
}
