package dev.howdah.worker.grpc;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.grpc.GrpcCall.Health;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcCallerTest {
  private static final String ECHO = "probe.v1.Probe/Echo";
  private static final String COUNT = "probe.v1.Probe/Count";
  private static TestServer server;

  private final AtomicLong nanos = new AtomicLong();
  private GrpcCaller caller = new GrpcCaller(Addresses.ofServices(), Optional.empty(), nanos::get);

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.probe();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void close() {
    caller.close();
  }

  private static GrpcCall call(TestServer to, String method, String request) {
    return call(to.target(), method, request, Optional.of(Protos.probe()), Health.OFF);
  }

  private static GrpcCall call(
      String target, String method, String request, Optional<ProtoSchema> schema, Health health) {
    return new GrpcCall(
        Target.of(target, false),
        method,
        schema,
        Json.trusted(request),
        Map.of(),
        health,
        Duration.ofSeconds(20),
        100_000,
        "e1:first:1");
  }

  private static GrpcCall within(Duration timeout, GrpcCall call) {
    return new GrpcCall(
        call.target(),
        call.method(),
        call.schema(),
        call.request(),
        call.metadata(),
        call.health(),
        timeout,
        call.maxResponse(),
        call.idempotencyKey());
  }

  private static GrpcCall with(GrpcCall call, Map<String, String> metadata) {
    return new GrpcCall(
        call.target(),
        call.method(),
        call.schema(),
        call.request(),
        metadata,
        call.health(),
        call.timeout(),
        call.maxResponse(),
        call.idempotencyKey());
  }

  private static GrpcCall secure(GrpcCall call) {
    return new GrpcCall(
        new Target("localhost", call.target().port(), true),
        call.method(),
        call.schema(),
        call.request(),
        call.metadata(),
        call.health(),
        call.timeout(),
        call.maxResponse(),
        call.idempotencyKey());
  }

  private JsonNode answer(GrpcCall call) throws Exception {
    return caller.call(call).get(20, TimeUnit.SECONDS);
  }

  private Fault fault(GrpcCall call) {
    return fault(caller.call(call));
  }

  private static Fault fault(CompletableFuture<JsonNode> call) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> call.get(20, TimeUnit.SECONDS));
    return assertInstanceOf(FaultException.class, failure.getCause()).fault();
  }

  @Test
  void requestsAndResponsesAreJsonByTheMappingOfProtobuf() throws Exception {
    String request =
        """
        {"user_name": "Ada", "large": 9007199254740993, "tags": ["a"], "data": "AQI=",
         "inner": {"x": {"ratio": 0.5, "again": {"userName": "Bob"}}},
         "at": "2026-01-02T03:04:05Z", "mode": "FAST", "wrapped": 7, "@odd": "o",
         "any": {"@type": "type.googleapis.com/probe.v1.Item", "number": 3},
         "deep": {"depth": 4}, "shared": {"said": "s"}}
        """;
    JsonNode answer = answer(call(server, ECHO, request));
    assertEquals("Ada", answer.get("userName").textValue());
    assertEquals("9007199254740993", answer.get("large").textValue());
    assertEquals("[\"a\"]", answer.get("tags").toString());
    assertEquals("AQI=", answer.get("data").textValue());
    assertEquals("0.5", answer.at("/inner/x/ratio").toString());
    assertEquals("Bob", answer.at("/inner/x/again/userName").textValue());
    assertEquals("2026-01-02T03:04:05Z", answer.get("at").textValue());
    assertEquals("FAST", answer.get("mode").textValue());
    assertEquals(7, answer.get("wrapped").intValue());
    assertEquals("o", answer.get("@odd").textValue());
    assertEquals(3, answer.at("/any/number").intValue());
    assertEquals(4, answer.at("/deep/depth").intValue());
    assertEquals("s", answer.at("/shared/said").textValue());
  }

  @Test
  void whatIsFalseIsThereToBeAskedForAndWhatIsNotThereIsNot() throws Exception {
    JsonNode answer = answer(call(server, ECHO, "{}"));
    assertEquals("false", answer.get("success").toString());
    assertEquals("[]", answer.get("tags").toString());
    assertFalse(answer.has("maybe"), answer.toString());
    assertEquals("0", answer(call(server, ECHO, "{\"maybe\": 0}")).get("maybe").toString());
    assertEquals(answer, answer(call(server, ECHO, "null")));
  }

  @Test
  void aRequestThatDoesNotFitIsRefusedBeforeItIsSent() {
    Fault fault = fault(call(server, ECHO, "{\"usrName\": 1}"));
    assertEquals("grpc.invalid-request", fault.code());
    assertFalse(fault.retryable());
    assertTrue(fault.message().contains("usrName"), fault.message());
    assertEquals("grpc.invalid-request", fault(call(server, ECHO, "[1]")).code());
  }

  @Test
  void aStreamIsAList() throws Exception {
    JsonNode answer = answer(call(server, COUNT, "{\"to\": 300}"));
    assertEquals(300, answer.size());
    assertEquals(300, answer.get(299).get("number").intValue());
    assertEquals("[]", answer(call(server, COUNT, "{}")).toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {40_000, 120_000})
  void whatIsTooLargeIsGivenUp(int each) {
    // Three messages that are too large together, and one that is so by itself.
    String request = "{\"to\": 3, \"padding\": \"%s\"}".formatted("x".repeat(each));
    Fault fault = fault(call(server, COUNT, request));
    assertEquals("grpc.too-large", fault.code());
    assertFalse(fault.retryable());
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, grpc.unavailable, true",
    "RESOURCE_EXHAUSTED, grpc.resource-exhausted, true",
    "DEADLINE_EXCEEDED, grpc.timeout, true",
    "ABORTED, grpc.aborted, true",
    "INVALID_ARGUMENT, grpc.invalid-argument, false",
    "NOT_FOUND, grpc.not-found, false",
    "ALREADY_EXISTS, grpc.already-exists, false",
    "PERMISSION_DENIED, grpc.permission-denied, false",
    "UNAUTHENTICATED, grpc.unauthenticated, false",
    "FAILED_PRECONDITION, grpc.failed-precondition, false",
    "OUT_OF_RANGE, grpc.out-of-range, false",
    "UNIMPLEMENTED, grpc.unimplemented, false",
    "INTERNAL, grpc.internal, false",
    "UNKNOWN, grpc.unknown, false",
    "DATA_LOSS, grpc.data-loss, false",
    "CANCELLED, grpc.cancelled, false"
  })
  void theStatusDecides(String status, String code, boolean retryable) {
    Fault fault = fault(call(server, ECHO, "{\"behave\": \"%s\"}".formatted(status)));
    assertEquals(code, fault.code());
    assertEquals(retryable, fault.retryable());
    assertTrue(fault.message().contains(server.target() + " " + ECHO), fault.message());
    assertTrue(fault.message().endsWith(status + ": as you wish"), fault.message());
    assertEquals(
        retryable ? Optional.of(Duration.ofMillis(1500)) : Optional.empty(), fault.retryAfter());
  }

  @Test
  void metadataComeAlong() throws Exception {
    answer(with(call(server, ECHO, "{}"), Map.of("X-Tenant", "blue", "trace-bin", "AQI=")));
    Metadata received = server.lastReceived();
    assertEquals("blue", received.get(key("x-tenant")));
    assertEquals("e1:first:1", received.get(key("idempotency-key")));
    assertEquals(
        "AQI=",
        Base64.getEncoder()
            .encodeToString(
                received.get(Metadata.Key.of("trace-bin", Metadata.BINARY_BYTE_MARSHALLER))));
    assertTrue(received.get(key("user-agent")).startsWith("howdah"), received.toString());
    assertTrue(received.containsKey(key("grpc-timeout")), received.toString());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @ParameterizedTest
  @CsvSource({"'a b', x", "grpc-timeout, 1S", "x-name, 'ü'", "x-bin, '!'"})
  void metadataThatCannotBeSentAreRefused(String name, String value) {
    FaultException refused =
        assertThrows(
            FaultException.class, () -> with(call(server, ECHO, "{}"), Map.of(name, value)));
    assertEquals("grpc.invalid-call", refused.fault().code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "localhost:0", "localhost:70000", "unix:/x", "dns:///a:1/b", ""})
  void whatIsNoAddressIsRefused(String target) {
    FaultException refused = assertThrows(FaultException.class, () -> Target.of(target, false));
    assertEquals("grpc.invalid-call", refused.fault().code());
  }

  @Test
  void aDeadlineIsKeptAndTheServerIsTold() {
    int before = server.cancelled();
    Fault fault =
        fault(within(Duration.ofMillis(300), call(server, ECHO, "{\"behave\": \"hang\"}")));
    assertEquals("grpc.timeout", fault.code());
    assertTrue(fault.retryable());
    await().until(() -> server.cancelled() == before + 1);
  }

  @Test
  void aCancelReachesTheServer() {
    int before = server.cancelled();
    int called = server.called().size();
    CompletableFuture<JsonNode> call = caller.call(call(server, ECHO, "{\"behave\": \"hang\"}"));
    await().until(() -> server.called().size() == called + 1);
    call.cancel(true);
    await().until(() -> server.cancelled() == before + 1);
  }

  @Test
  void callsThatWaitHoldNoThreadAndShareAConnection() throws Exception {
    try (TestServer own = TestServer.probe()) {
      List<CompletableFuture<JsonNode>> calls = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        calls.add(caller.call(call(own, ECHO, "{\"behave\": \"hang\"}")));
      }
      await().until(() -> own.called().size() == 500);
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(t -> t.getName().startsWith("howdah-grpc-"))
              .count();
      assertTrue(threads <= 16, "threads: " + threads);
      assertEquals(1, own.connections());
      assertEquals(1, caller.channels());
      caller.close();
      for (CompletableFuture<JsonNode> call : calls) {
        assertEquals("grpc.unavailable", fault(call).code());
      }
    }
    assertEquals("grpc.unavailable", fault(call(server, ECHO, "{}")).code());
  }

  @Test
  void aServerThatComesBackIsReachedAtOnce() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    GrpcCall call =
        call("localhost:" + port, ECHO, "{}", Optional.of(Protos.probe()), Health.SERVER);
    for (int i = 0; i < 5; i++) {
      Fault fault = fault(call);
      assertEquals("grpc.unavailable", fault.code());
      assertTrue(fault.retryable());
      assertTrue(fault.message().contains("refused"), fault.message());
    }
    try (TestServer late = TestServer.probeAt(port)) {
      assertTrue(answer(call).has("success"), late.target());
    }
  }

  @Test
  void aServerThatIsNotWellIsNotCalled() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus("", ServingStatus.NOT_SERVING);
    health.setStatus("probe.v1.Probe", ServingStatus.SERVING);
    try (TestServer own = TestServer.probe(health.getHealthService())) {
      GrpcCall call = call(own.target(), ECHO, "{}", Optional.of(Protos.probe()), Health.SERVER);
      Fault fault = fault(call);
      assertEquals("grpc.not-serving", fault.code());
      assertTrue(fault.retryable());
      assertEquals(List.of("grpc.health.v1.Health/Check"), own.called());

      answer(call(own.target(), ECHO, "{}", Optional.of(Protos.probe()), Health.SERVICE));
      answer(call(own.target(), ECHO, "{}", Optional.of(Protos.probe()), Health.OFF));
      health.setStatus("", ServingStatus.SERVING);
      answer(call);
      health.clearStatus("probe.v1.Probe");
      answer(call(own.target(), ECHO, "{}", Optional.of(Protos.probe()), Health.SERVICE));
    }
  }

  @ParameterizedTest
  @EnumSource(Health.class)
  void aServerThatKnowsNothingOfHealthIsCalled(Health health) throws Exception {
    answer(call(server.target(), ECHO, "{}", Optional.of(Protos.probe()), health));
  }

  @Test
  void aServerIsAskedWhatItsServicesAre() throws Exception {
    try (TestServer own = TestServer.probe(ProtoReflectionServiceV1.newInstance())) {
      GrpcCall call =
          call(
              own.target(),
              ECHO,
              "{\"@odd\": \"o\", \"deep\": {\"depth\": 1}}",
              Optional.empty(),
              Health.OFF);
      assertEquals("o", answer(call).get("@odd").textValue());
      assertEquals("o", answer(call).get("@odd").textValue());
      String asking = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
      assertEquals(List.of(asking, ECHO, ECHO), own.called());
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
      answer(call);
      assertEquals(List.of(asking, ECHO, ECHO, asking, ECHO), own.called());

      Fault unknown =
          fault(call(own.target(), "probe.v1.Prob/Echo", "{}", Optional.empty(), Health.OFF));
      assertEquals("grpc.unknown-method", unknown.code());
      assertFalse(unknown.retryable());
      Fault method =
          fault(call(own.target(), "probe.v1.Probe/Ecco", "{}", Optional.empty(), Health.OFF));
      assertEquals("grpc.unknown-method", method.code());
      assertTrue(method.message().contains("Echo, Count"), method.message());
    }
  }

  @Test
  @SuppressWarnings("deprecation") // many servers have only the old version
  void anOlderServerIsAskedInItsOwnWay() throws Exception {
    try (TestServer own = TestServer.probe(ProtoReflectionService.newInstance())) {
      GrpcCall call = call(own.target(), COUNT, "{\"to\": 2}", Optional.empty(), Health.OFF);
      assertEquals(2, answer(call).size());
      assertEquals(
          List.of("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", COUNT),
          own.called().stream().filter(name -> !name.contains(".v1.ServerReflection")).toList());
    }
  }

  @Test
  void aServerThatTellsNothingNeedsAProto() {
    Fault fault = fault(call(server.target(), ECHO, "{}", Optional.empty(), Health.OFF));
    assertEquals("grpc.no-reflection", fault.code());
    assertFalse(fault.retryable());
    assertTrue(fault.message().contains("proto"), fault.message());
  }

  @Test
  void aServerProvesWhoItIs(@TempDir Path folder) throws Exception {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    SelfSigned.write(folder, "localhost", certificate, key);
    try (TestServer own = TestServer.probeWithTls(certificate.toFile(), key.toFile())) {
      GrpcCall call = secure(call(own, ECHO, "{}"));
      Fault fault = fault(call);
      assertEquals("grpc.unavailable", fault.code());
      assertTrue(own.called().isEmpty(), own.called().toString());

      caller.close();
      caller = new GrpcCaller(Addresses.ofServices(), Optional.of(certificate), nanos::get);
      answer(call);
      assertEquals("grpc.unavailable", fault(call(own, ECHO, "{}")).code());
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new GrpcCaller(
                Addresses.ofServices(), Optional.of(folder.resolve("none.pem")), nanos::get));
  }
}
