package dev.howdah.worker.grpc;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.config.Setting;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.worker.AddressPolicy;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.DeadProxy;
import dev.howdah.worker.NameServer;
import dev.howdah.worker.grpc.GrpcCall.Health;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcCallerAddressTest {
  private final NameServer names = new NameServer();
  private GrpcCaller caller = caller(names.addresses(), Optional.empty());
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.probe();
  }

  @AfterEach
  void stop() {
    caller.close();
    server.close();
  }

  private static GrpcCaller caller(Addresses addresses, Optional<Path> authorities) {
    return new GrpcCaller(addresses, authorities, System::nanoTime);
  }

  private GrpcCall call(String host) {
    return call(new Target(host, server.port(), false), Optional.of(Protos.probe()), Health.OFF);
  }

  private static GrpcCall call(Target target, Optional<ProtoSchema> schema, Health health) {
    return call(target, schema, health, Duration.ofSeconds(20));
  }

  private static GrpcCall call(
      Target target, Optional<ProtoSchema> schema, Health health, Duration timeout) {
    return new GrpcCall(
        target,
        "probe.v1.Probe/Echo",
        schema,
        Json.trusted("{}"),
        Map.of(),
        health,
        timeout,
        100_000,
        "e1:first:1");
  }

  private JsonNode answer(GrpcCall call) throws Exception {
    return caller.call(call).get(20, TimeUnit.SECONDS);
  }

  private Fault fault(GrpcCall call) {
    ExecutionException failure = assertThrows(ExecutionException.class, () -> answer(call));
    return assertInstanceOf(FaultException.class, failure.getCause()).fault();
  }

  private void use(GrpcCaller other) {
    caller.close();
    caller = other;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254:80",
        "169.254.0.1:50051",
        "2852039166:80",
        "[fe80::1]:50051",
        "[fd00:ec2::254]:80",
        "[::ffff:169.254.169.254]:80",
        "[64:ff9b::a9fe:a9fe]:80",
      })
  void refusesLinkLocalAndMetadataAddresses(String target) {
    use(caller(Addresses.ofServices(), Optional.empty()));
    for (boolean tls : List.of(true, false)) {
      Fault fault = fault(call(Target.of(target, tls), Optional.of(Protos.probe()), Health.OFF));
      assertEquals("grpc.address-refused", fault.code());
      assertEquals(Blame.DESIGN, fault.blame());
      assertFalse(fault.retryable());
      assertTrue(fault.message().startsWith(target + " probe.v1.Probe/Echo: "), fault.message());
      assertTrue(fault.message().contains(Setting.LINK_LOCAL.key()), fault.message());
    }
  }

  @Test
  void whatIsAskedBeforeACallGoesNowhereElse() {
    names.says("metadata.test", NameServer.METADATA);
    Target target = Target.of("metadata.test:80", false);
    assertEquals(
        "grpc.address-refused",
        fault(call(target, Optional.of(Protos.probe()), Health.SERVER)).code());
    assertEquals("grpc.address-refused", fault(call(target, Optional.empty(), Health.OFF)).code());
  }

  @Test
  void refusesANameThatAlsoResolvesToARefusedAddress() {
    names.says("harmless.test", "127.0.0.1," + NameServer.METADATA);
    Fault fault = fault(call("harmless.test"));
    assertEquals("grpc.address-refused", fault.code());
    assertTrue(fault.message().contains("resolves to " + NameServer.METADATA), fault.message());
    assertEquals(0, server.connections());
  }

  @Test
  void goesWhereAPolicyAllowsIt() throws Exception {
    names.says("local.test", "127.0.0.1");
    answer(call("local.test"));
    use(caller(new Addresses(address -> false, names), Optional.empty()));
    assertEquals("grpc.address-refused", fault(call("local.test")).code());
    use(caller(new Addresses(AddressPolicy.any(), names), Optional.empty()));
    answer(call("local.test"));
  }

  @Test
  void connectsToTheAddressThatWasChecked() throws Exception {
    names.says("rebinding.test", "127.0.0.1", NameServer.METADATA);
    answer(call("rebinding.test"));
    answer(call("rebinding.test"));
    assertEquals(1, names.lookups());
    assertEquals(1, server.connections());
  }

  @Test
  void checksAgainBeforeItConnectsAgain() throws Exception {
    names.says("rebinding.test", "127.0.0.1", NameServer.METADATA);
    GrpcCall call = call("rebinding.test");
    answer(call);
    int port = server.port();
    server.close();
    await().until(() -> fault(call).code().equals("grpc.address-refused"));
    try (TestServer again = TestServer.probeAt(port)) {
      assertEquals("grpc.address-refused", fault(call).code());
      assertEquals(0, again.connections());
    }
  }

  @Test
  void aNameThatBecomesHarmlessIsCalledAtOnce() throws Exception {
    names.says("rebinding.test", NameServer.METADATA, "127.0.0.1");
    assertEquals("grpc.address-refused", fault(call("rebinding.test")).code());
    answer(call("rebinding.test"));
  }

  @Test
  void aNameThatIsUnknownMayBecomeKnown() throws Exception {
    Fault fault = fault(call("late.test"));
    assertEquals("grpc.unavailable", fault.code());
    assertTrue(fault.retryable());
    assertTrue(fault.message().endsWith("the host name has no address"), fault.message());
    names.says("late.test", "127.0.0.1");
    answer(call("late.test"));
  }

  @Test
  void aServerIsReachedAtAnyOfItsAddresses() throws Exception {
    // Nobody listens at the first.
    names.says("two.test", "127.0.0.9,127.0.0.1");
    answer(call("two.test"));
  }

  @Test
  void aSlowNameServerCostsNoMoreThanTheTimeout() {
    CountDownLatch answered = new CountDownLatch(1);
    use(
        caller(
            new Addresses(
                AddressPolicy.services(),
                host -> {
                  try {
                    answered.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  return List.of(InetAddress.getLoopbackAddress());
                }),
            Optional.empty()));
    Target target = new Target("slow.test", server.port(), false);
    Fault fault =
        fault(call(target, Optional.of(Protos.probe()), Health.OFF, Duration.ofMillis(200)));
    assertEquals("grpc.timeout", fault.code());
    caller.close();
    answered.countDown();
    assertEquals(0, server.connections());
  }

  @Test
  void aServerProvesTheNameThatItWasCalledBy(@TempDir Path folder) throws Exception {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    SelfSigned.write(folder, "proven.test", certificate, key);
    names.says("proven.test", "127.0.0.1").says("other.test", "127.0.0.1");
    use(caller(names.addresses(), Optional.of(certificate)));
    try (TestServer secure = TestServer.probeWithTls(certificate.toFile(), key.toFile())) {
      Target other = new Target("other.test", secure.port(), true);
      Fault fault = fault(call(other, Optional.of(Protos.probe()), Health.OFF));
      assertEquals("grpc.unavailable", fault.code());
      assertTrue(fault.message().contains("other.test"), fault.message());
      assertEquals(List.of(), secure.called());

      Target proven = new Target("proven.test", secure.port(), true);
      answer(call(proven, Optional.of(Protos.probe()), Health.OFF));
      assertEquals(List.of("probe.v1.Probe/Echo"), secure.called());
    }
  }

  @Test
  void aProxyIsNotUsed() throws Exception {
    use(caller(Addresses.ofServices(), Optional.empty()));
    try (DeadProxy proxy = new DeadProxy()) {
      answer(call("localhost"));
    }
  }
}
