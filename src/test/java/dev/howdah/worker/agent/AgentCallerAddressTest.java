package dev.howdah.worker.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.config.Setting;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.DeadProxy;
import dev.howdah.worker.NameServer;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentCallerAddressTest {
  private final NameServer names = new NameServer();
  private ScriptedModel model;

  @BeforeEach
  void start() throws Exception {
    model = ScriptedModel.start().on(question -> true, question -> "Four.");
  }

  @AfterEach
  void stop() {
    model.close();
  }

  private AgentCaller caller(Addresses addresses) {
    return new AgentCaller(AgentDefaults.NONE, addresses, Clock.systemUTC());
  }

  private AgentCall call(String host, Optional<AnswerSchema> schema) {
    return call(URI.create("http://" + host + ":" + model.url().getPort() + "/v1"), schema);
  }

  private static AgentCall call(URI url, Optional<AnswerSchema> schema) {
    return new AgentCall(
        url,
        Optional.of("sk-test"),
        "small",
        Dialogue.read(Dialogue.write(Optional.empty(), "How many legs?")),
        Optional.empty(),
        Optional.empty(),
        schema,
        List.of(),
        "x1:ask:1");
  }

  private static AgentAnswer answer(AgentCaller caller, AgentCall call) throws Exception {
    return caller.ask(call, text -> {}).get(20, TimeUnit.SECONDS);
  }

  private static Fault fault(AgentCaller caller, AgentCall call) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> answer(caller, call));
    return assertInstanceOf(FaultException.class, thrown.getCause()).fault();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/v1",
        "https://169.254.169.254/v1",
        "http://[fe80::1]/v1",
        "http://[::ffff:169.254.169.254]:8080/v1",
      })
  void refusesLinkLocalAndMetadataAddresses(String url) {
    try (AgentCaller caller = caller(Addresses.ofServices())) {
      Fault fault = fault(caller, call(URI.create(url), Optional.empty()));
      assertEquals("agent.address-refused", fault.code());
      assertEquals(Blame.DESIGN, fault.blame());
      assertFalse(fault.retryable());
      assertTrue(fault.message().contains(Setting.LINK_LOCAL.key()), fault.message());
    }
  }

  @Test
  void refusesANameThatAlsoResolvesToARefusedAddress() {
    names.says("harmless.test", "127.0.0.1," + NameServer.METADATA);
    try (AgentCaller caller = caller(names.addresses())) {
      Fault fault = fault(caller, call("harmless.test", Optional.empty()));
      assertEquals("agent.address-refused", fault.code());
      assertEquals(List.of(), model.questions());
    }
  }

  @Test
  void asksAtTheAddressThatWasCheckedAndNamesTheHost() throws Exception {
    names.says("rebinding.test", "127.0.0.1", NameServer.METADATA);
    try (AgentCaller caller = caller(names.addresses())) {
      AgentAnswer answer = answer(caller, call("rebinding.test", Optional.empty()));
      assertEquals("Four.", answer.output().textValue());
      assertEquals(1, names.lookups());
      assertEquals(
          "rebinding.test:" + model.url().getPort(),
          model.questions().get(0).headers().get("Host"));
    }
  }

  @Test
  void checksAgainForEveryQuestion() throws Exception {
    names.says("rebinding.test", NameServer.METADATA, "127.0.0.1", NameServer.METADATA);
    AnswerSchema number = new AnswerSchema(Json.trusted("{\"type\": \"number\"}"));
    try (AgentCaller caller = caller(names.addresses())) {
      AgentCall call = call("rebinding.test", Optional.of(number));
      assertEquals("agent.address-refused", fault(caller, call).code());
      assertEquals(0, model.questions().size());
      // What the model says is no number, so it is to be asked once more.
      assertEquals("agent.address-refused", fault(caller, call).code());
      assertEquals(1, model.questions().size());
    }
  }

  @Test
  void aNameThatIsUnknownMayBecomeKnown() {
    try (AgentCaller caller = caller(names.addresses())) {
      Fault fault = fault(caller, call("nowhere.test", Optional.empty()));
      assertEquals("agent.connect", fault.code());
      assertTrue(fault.retryable());
    }
  }

  @Test
  void aProxyIsNotUsed() throws Exception {
    try (DeadProxy proxy = new DeadProxy();
        AgentCaller caller = caller(Addresses.ofServices())) {
      AgentAnswer answer = answer(caller, call("localhost", Optional.empty()));
      assertEquals("Four.", answer.output().textValue());
    }
  }
}
