package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.howdah.block.spi.ModuleContent;
import dev.howdah.block.spi.Modules;
import dev.howdah.block.spi.Services;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import dev.howdah.store.StepStatus;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.grpc.GrpcCaller;
import dev.howdah.worker.grpc.TestServer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real server, whose probe service does what the request says. */
class GrpcBlockTest {
  private static final Path PROTOS = Path.of("src/test/resources/proto");

  private final HealthStatusManager health = new HealthStatusManager();
  private final GrpcCaller grpc =
      new GrpcCaller(Addresses.ofServices(), Optional.empty(), System::nanoTime);
  private final Modules modules = GrpcBlockTest::module;
  private final Trial trial =
      new Trial(
          modules, clock -> new Services(modules, null, null, grpc, null, null, null, null, clock));
  private TestServer server;

  private static Optional<ModuleContent> module(String name) {
    return name.equals("probe.binpb")
        ? Optional.of(ModuleContent.of(descriptorSet()))
        : ModuleFiles.find(PROTOS, name);
  }

  private static byte[] descriptorSet() {
    return TestServer.probeFiles().stream()
        .collect(
            FileDescriptorSet::newBuilder,
            (set, file) -> set.addFile(file.toProto()),
            (one, other) -> one.addAllFile(other.getFileList()))
        .build()
        .toByteArray();
  }

  @BeforeEach
  void start() throws Exception {
    server = TestServer.probe(health.getHealthService(), ProtoReflectionServiceV1.newInstance());
  }

  @AfterEach
  void stop() {
    trial.close();
    grpc.close();
    server.close();
  }

  private String call(String method, String proto, String data) {
    String described = proto.equals("reflection") ? "" : "    proto: " + proto + "\n";
    return """
        blocks:
        - id: call
          type: grpc
          data:
            target: %s
            method: probe.v1.Probe/%s
        """
            .formatted(server.target(), method)
        + described
        + data.indent(4);
  }

  private String echo(String data) {
    return call("Echo", "probe.proto", data);
  }

  @ParameterizedTest
  @ValueSource(strings = {"probe.proto", "probe.binpb", "reflection"})
  void aRequestGivesAResponseHoweverTheServiceIsDescribed(String proto) throws Exception {
    String request =
        """
        request:
          user_name: "${ .name }"
          large: "9007199254740993"
          tags: "${ .tags }"
          data: AQI=
          at: "2026-01-01T00:00:00Z"
          mode: FAST
        """;
    String said =
        """
        - id: said
          type: transform
          data: {value: ["${ .userName }", "${ .large }", "${ .tags }", "${ .data }", "${ .at }", "${ .mode }", "${ .success }"]}
        """;
    assertEquals(
        "[\"Ada\",\"9007199254740993\",[\"x\",\"y\"],\"AQI=\",\"2026-01-01T00:00:00Z\",\"FAST\",false]",
        trial.result(
            call("Echo", proto, request) + said, "{\"name\": \"Ada\", \"tags\": [\"x\", \"y\"]}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"probe.proto", "probe.binpb", "reflection"})
  void aStreamOfResponsesIsAList(String proto) throws Exception {
    String numbers = "- {id: said, type: transform, data: {value: \"${ map(.number) }\"}}\n";
    assertEquals("[1,2,3]", trial.result(call("Count", proto, "") + numbers, "{\"to\": 3}"));
    assertEquals("[]", trial.result(call("Count", proto, "") + numbers, "{}"));
  }

  @Test
  void moreThanAllowedIsAFault() throws Exception {
    String told =
        trial.result(
            call("Count", "probe.proto", "maxResponse: 1KiB"),
            "{\"to\": 20, \"padding\": \"" + "x".repeat(100) + "\"}");
    assertTrue(told.startsWith("call grpc.too-large"), told);
  }

  @Test
  void metadataAndAKeyComeAlong() throws Exception {
    String data =
        "metadata: {x-tenant: \"${ .tenant }\", x-none: \"${ .none }\", x-n: 7}\nrequest: {}";
    trial.run(echo(data), "{\"tenant\": \"t1\"}");
    assertEquals("t1", server.received("x-tenant"));
    assertEquals("7", server.received("x-n"));
    assertEquals(null, server.received("x-none"));
    assertTrue(server.received("idempotency-key").endsWith(":call:1"));
    String told = trial.result(echo("metadata: ${ . }"), "[1]");
    assertTrue(told.startsWith("call grpc.invalid-call: metadata is [1] and no object"), told);
  }

  @Test
  void theTimeoutIsTheDeadlineAndTheServerIsTold() throws Exception {
    String hang =
        echo("request: {userName: late, behave: hang}")
            .replace("  data:", "  timeout: 300ms\n  retry: {maxAttempts: 1}\n  data:");
    String caught =
        """
        - {id: caught, type: transform, data: {value: "${ .code }"}}
        connections: [{source: call, target: caught, on: error}]
        """;
    assertEquals("\"grpc.timeout\"", trial.result(hang + caught, "1"));
    assertTrue(server.isCancelled("late"));
  }

  @Test
  void aServerThatIsNotServingIsNotCalledAndTriedAgain() throws Exception {
    health.setStatus("", ServingStatus.NOT_SERVING);
    health.setStatus("probe.v1.Probe", ServingStatus.SERVING);
    String twice = "  retry: {maxAttempts: 2}\n  data:";
    var outcome = trial.run(echo("request: {}").replace("  data:", twice), "1");
    assertTrue(Trial.told(outcome).startsWith("call grpc.not-serving"), Trial.told(outcome));
    assertEquals(StepStatus.RETRIED, outcome.rows().step("call", 1).orElseThrow().status());
    assertEquals(0, server.calls("probe.v1.Probe/Echo"));

    String said = "- {id: said, type: transform, data: {value: \"${ .userName }\"}}\n";
    String asked = echo("health: service\nrequest: {userName: Ada}") + said;
    assertEquals("\"Ada\"", trial.result(asked, "1"));
    assertEquals("\"Ada\"", trial.result(asked.replace("service", "off"), "1"));
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, grpc.unavailable, 2",
    "RESOURCE_EXHAUSTED, grpc.resource-exhausted, 2",
    "ABORTED, grpc.aborted, 2",
    "DEADLINE_EXCEEDED, grpc.timeout, 2",
    "INVALID_ARGUMENT, grpc.invalid-argument, 1",
    "NOT_FOUND, grpc.not-found, 1",
    "PERMISSION_DENIED, grpc.permission-denied, 1",
    "UNAUTHENTICATED, grpc.unauthenticated, 1",
    "FAILED_PRECONDITION, grpc.failed-precondition, 1",
    "UNIMPLEMENTED, grpc.unimplemented, 1",
    "INTERNAL, grpc.internal, 1",
    "UNKNOWN, grpc.unknown, 1"
  })
  void theStatusSaysWhetherItIsTriedAgain(String status, String code, int attempts)
      throws Exception {
    String twice = "  retry: {maxAttempts: 2}\n  data:";
    String design = echo("request: {behave: \"${ . }\"}").replace("  data:", twice);
    var outcome = trial.run(design, "\"" + status + "\"");
    assertTrue(Trial.told(outcome).startsWith("call " + code + ":"), Trial.told(outcome));
    assertEquals(attempts == 2, outcome.rows().step("call", 2).isPresent());
  }

  @Test
  void aResponseCanBeDeclaredAFailure() throws Exception {
    String failing =
        echo(
            """
            request: {success: "${ .ok }", userName: "${ .who }"}
            failWhen: ${ .success == false }
            message: ${ .userName } said no
            """);
    String said = "- {id: said, type: transform, data: {value: \"${ .userName }\"}}\n";
    assertEquals("\"Ada\"", trial.result(failing + said, "{\"ok\": true, \"who\": \"Ada\"}"));
    var outcome = trial.run(failing + said, "{\"ok\": false, \"who\": \"Ada\"}");
    assertEquals(
        "call grpc.failed: probe.v1.Probe/Echo has failed: Ada said no", Trial.told(outcome));
    assertTrue(outcome.rows().step("call", 2).isEmpty());
    assertTrue(outcome.rows().step("said", 1).isEmpty());

    String again =
        failing.replace("  data:", "  retry: {maxAttempts: 2, on: [grpc.failed]}\n  data:");
    var repeated = trial.run(again, "{\"ok\": false, \"who\": \"Ada\"}");
    assertTrue(repeated.rows().step("call", 2).isPresent());
  }

  @Test
  void aRequestThatDoesNotFitIsRefusedBeforeItIsSent() throws Exception {
    String told = trial.result(echo("request: {large: \"${ . }\"}"), "\"many\"");
    assertTrue(told.startsWith("call grpc.invalid-request"), told);
    assertEquals(0, server.calls("probe.v1.Probe/Echo"));
  }

  @Test
  void whatCannotBeCalledIsToldWhereItStands() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        """
                        blocks:
                        - {id: a, type: grpc, data: {target: "h:1", method: S/Do, proto: none.proto}}
                        - {id: b, type: grpc, data: {target: "h:1", method: probe.v1.Probe/Ecco, proto: probe.proto}}
                        - {id: c, type: grpc, data: {target: "h:1", method: probe.v1.Probe/Upload, proto: probe.proto}}
                        - {id: d, type: grpc, data: {target: "h:1", method: probe.v1.Probe/Echo, proto: probe.proto, request: {larg: 1}}}
                        - {id: e, type: grpc, data: {target: "h", method: Do}}
                        - {id: f, type: grpc, data: {target: "h:1", method: S/Do, message: x}}
                        """,
                        "1"))
            .getMessage();
    for (String part :
        List.of(
            "here is no module \"none.proto\"",
            "ethods of probe.v1.Probe are: Echo, Count",
            "larg",
            "test.yaml:7:51: \"Do\" is no method. Write package.Service/Method",
            "test.yaml:7:38: The target \"h\" is no address. Write host:port",
            "ive failWhen too")) {
      assertTrue(told.contains(part), told);
    }
    assertTrue(told.contains("test.yaml:5:"), told);
  }
}
