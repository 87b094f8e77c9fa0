package dev.howdah.worker.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoSchemaTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ProtoSchema read(String name, Map<String, String> files) {
    return ProtoSchema.read(
        name,
        bytes(files.get(name)),
        other -> Optional.ofNullable(files.get(other)).map(ProtoSchemaTest::bytes));
  }

  private static Fault refused(String name, Map<String, String> files) {
    return assertThrows(FaultException.class, () -> read(name, files)).fault();
  }

  @Test
  void textAndDescriptorSetSayTheSame() {
    FileDescriptorSet set =
        FileDescriptorSet.newBuilder()
            .addAllFile(
                ProtoText.compile(
                    "probe.proto", Protos.module("probe.proto").orElseThrow(), Protos::module))
            .build();
    ProtoSchema fromSet =
        ProtoSchema.read("probe.binpb", set.toByteArray(), name -> Optional.empty());
    for (ProtoSchema schema : new ProtoSchema[] {fromSet, Protos.probe()}) {
      GrpcMethod echo = schema.method("probe.v1.Probe/Echo");
      assertFalse(echo.isStreaming());
      assertEquals(
          "\"x\"",
          echo.response(echo.request(Json.trusted("{\"@odd\": \"x\"}"))).get("@odd").toString());
      assertTrue(schema.method("probe.v1.Probe/Count").isStreaming());
    }
  }

  @Test
  void aMethodThatTakesAStreamIsNotForBlocks() {
    Fault fault =
        assertThrows(FaultException.class, () -> Protos.probe().method("probe.v1.Probe/Upload"))
            .fault();
    assertEquals("grpc.unsupported-method", fault.code());
  }

  @ParameterizedTest
  @CsvSource({
    "probe.v1.Probe/Ecco, 'methods of probe.v1.Probe are: Echo, Count, Upload'",
    "probe.Probe/Echo, 'services are: probe.v1.Probe'"
  })
  void whatIsNotThereIsAnsweredWithWhatIs(String method, String says) {
    Fault fault = assertThrows(FaultException.class, () -> Protos.probe().method(method)).fault();
    assertEquals("grpc.unknown-method", fault.code());
    assertTrue(fault.message().contains(says), fault.message());
  }

  private static final String SERVICE =
      "syntax = \"proto3\"; import \"%s\"; service S { rpc Do(M) returns (M); }";
  private static final String MESSAGE = "syntax = \"proto3\"; message M { string a = 1; }";

  @ParameterizedTest
  @CsvSource({
    "deep/in/s.proto, m.proto, deep/in/m.proto",
    "deep/in/s.proto, in/m.proto, deep/in/m.proto",
    "deep/in/s.proto, other/m.proto, other/m.proto",
    "s.proto, x/m.proto, x/m.proto"
  })
  void importsAreFoundFromTheFileUpwards(String name, String imported, String stands) {
    ProtoSchema schema = read(name, Map.of(name, SERVICE.formatted(imported), stands, MESSAGE));
    assertEquals("S/Do", schema.method("S/Do").name());
  }

  @Test
  void anImportThatIsNotThereIsNamed() {
    Fault fault = refused("s.proto", Map.of("s.proto", SERVICE.formatted("x/m.proto")));
    assertEquals("grpc.invalid-proto", fault.code());
    assertTrue(fault.message().contains("x/m.proto"), fault.message());
    assertEquals(
        "grpc.invalid-proto",
        refused("s.proto", Map.of("s.proto", SERVICE.formatted("../../etc/passwd"))).code());
  }

  @Test
  void filesMayNotImportEachOther() {
    Map<String, String> files =
        Map.of(
            "a.proto", "syntax = \"proto3\"; import \"b.proto\"; message A { B b = 1; }",
            "b.proto", "syntax = \"proto3\"; import \"a.proto\"; message B { A a = 1; }");
    assertEquals("grpc.invalid-proto", refused("a.proto", files).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "syntax = \"proto3\"; message {",
        "syntax = \"proto3\"; message M { string a = x; }",
        "syntax = \"proto3\"; message M { Missing a = 1; }",
        "syntax = \"proto3\"; message M { string a = 1; string b = 1; }",
        "syntax = \"proto3\"; service S { rpc Do(None) returns (None); }",
        "\u0000\u0001\u0002"
      })
  void whatIsNoProtoIsAFaultAndNothingElse(String text) {
    Map<String, String> files = Map.of("s.proto", text);
    if (text.isEmpty()) {
      FaultException none =
          assertThrows(FaultException.class, () -> read("s.proto", files).method("S/Do"));
      assertEquals("grpc.unknown-method", none.fault().code());
    } else {
      assertEquals("grpc.invalid-proto", refused("s.proto", files).code());
    }
  }

  @Test
  void aMistakeIsToldWithItsPlace() {
    String text = "syntax = \"proto3\";\n\nmessage M {\n  string a = x;\n}\n";
    Fault fault = refused("s.proto", Map.of("s.proto", text));
    assertTrue(fault.message().contains("s.proto:4:"), fault.message());
  }

  @Test
  void bytesThatAreNoDescriptorSetAreRefused() {
    Fault fault = refused("s.binpb", Map.of("s.binpb", MESSAGE));
    assertEquals("grpc.invalid-proto", fault.code());
    assertTrue(fault.message().contains(".proto"), fault.message());
  }
}
