package dev.howdah.worker.http;

import static dev.howdah.worker.http.Requests.answer;
import static dev.howdah.worker.http.Requests.fault;
import static dev.howdah.worker.http.Requests.get;
import static dev.howdah.worker.http.Requests.publicOnly;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.config.Setting;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.worker.AddressPolicy;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.HostResolver;
import dev.howdah.worker.NameServer;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallerAddressTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static HttpCaller caller(HostResolver resolver) {
    return new HttpCaller(new Addresses(AddressPolicy.services(), resolver), Clock.systemUTC());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "http://169.254.0.1:8080/",
        "https://169.254.169.254/",
        "http://2852039166/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/latest",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
      })
  void refusesLinkLocalAndMetadataAddresses(String url) {
    try (HttpCaller caller = HttpCaller.forServices(Clock.systemUTC())) {
      Fault fault = fault(caller.call(get(url)));
      assertEquals("http.address-refused", fault.code());
      assertEquals(Blame.DESIGN, fault.blame());
      assertFalse(fault.retryable());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://harmless.test/", "https://harmless.test/"})
  void refusesANameThatAlsoResolvesToARefusedAddress(String url) {
    try (HttpCaller caller =
        caller(new NameServer().says("harmless.test", "127.0.0.1," + NameServer.METADATA))) {
      Fault fault = fault(caller.call(get(url)));
      assertEquals("http.address-refused", fault.code());
      assertTrue(
          fault
              .message()
              .endsWith(
                  "/: the host harmless.test resolves to 169.254.169.254, which blocks may not"
                      + " reach; name another host, or set "
                      + Setting.LINK_LOCAL.key()
                      + " to true where the block runs"),
          fault.message());
    }
  }

  @Test
  void connectsToTheAddressThatWasCheckedAndNamesTheHost() throws Exception {
    NameServer rebinding =
        new NameServer().says("rebinding.test", "127.0.0.1", NameServer.METADATA);
    try (RawServer server = new RawServer(RawServer.says(OK));
        HttpCaller caller = caller(rebinding)) {
      String authority = "rebinding.test:" + server.port();
      assertEquals("ok", answer(caller.call(get("http://" + authority + "/a?b=c"))).text());
      assertEquals(1, rebinding.lookups());
      String head = server.requests().get(0);
      assertTrue(head.startsWith("GET /a?b=c HTTP/1.1\r\n"), head);
      assertTrue(head.contains("\r\nHost: " + authority + "\r\n"), head);
    }
  }

  @Test
  void checksTheAddressOfARedirect() {
    try (RawServer server =
            new RawServer(
                RawServer.says(
                    "HTTP/1.1 302 Found\r\nLocation: http://"
                        + NameServer.METADATA
                        + "/\r\n"
                        + "Content-Length: 0\r\n\r\n"));
        HttpCaller caller = HttpCaller.forServices(Clock.systemUTC())) {
      assertEquals("http.address-refused", fault(caller.call(get(server.url("/")))).code());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void goesWhereAPolicyAllowsIt() throws Exception {
    AddressPolicy nowhere = address -> false;
    try (RawServer server = new RawServer(RawServer.says(OK));
        HttpCaller anywhere =
            new HttpCaller(
                new Addresses(AddressPolicy.any(), HostResolver.system()), Clock.systemUTC());
        HttpCaller barred =
            new HttpCaller(new Addresses(nowhere, HostResolver.system()), Clock.systemUTC())) {
      assertEquals("ok", answer(anywhere.call(get(server.url("/")))).text());
      assertEquals("http.address-refused", fault(barred.call(get(server.url("/")))).code());
    }
  }

  @Test
  void aRequestCanRenouncePrivateAddresses() {
    try (RawServer server = new RawServer(RawServer.says(OK));
        HttpCaller caller = HttpCaller.forServices(Clock.systemUTC())) {
      assertEquals("http.address-refused", fault(caller.call(publicOnly(server.url("/")))).code());
      assertTrue(server.requests().isEmpty());
    }
  }

  @Test
  void saysThatAnUnknownNameMayBecomeKnown() {
    try (HttpCaller caller = caller(new NameServer())) {
      Fault fault = fault(caller.call(get("http://nowhere.test/x")));
      assertEquals("http.connect", fault.code());
      assertTrue(fault.retryable());
      assertEquals("GET http://nowhere.test/x: the host name has no address", fault.message());
    }
  }

  @Test
  void aSlowNameServerCostsNoMoreThanTheTimeoutAndTheCallIsNotSentLater() {
    CountDownLatch answered = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    HostResolver slow =
        host -> {
          try {
            answered.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          done.incrementAndGet();
          return List.of(InetAddress.getLoopbackAddress());
        };
    try (RawServer server = new RawServer(RawServer.says(OK));
        HttpCaller caller = caller(slow)) {
      List<CompletableFuture<HttpAnswer>> calls =
          IntStream.range(0, 10)
              .mapToObj(
                  i ->
                      caller.call(
                          Requests.within(
                              Duration.ofMillis(200), "http://slow.test:" + server.port() + "/")))
              .toList();
      calls.forEach(call -> assertEquals("http.timeout", fault(call).code()));
      answered.countDown();
      // The four whose lookup had begun; the other six never ask.
      await().until(() -> done.get() == 4);
      assertTrue(server.requests().isEmpty());
    }
  }
}
