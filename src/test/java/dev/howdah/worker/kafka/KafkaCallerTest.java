package dev.howdah.worker.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.KafkaBlock;
import dev.howdah.block.spi.Cancellation;
import dev.howdah.block.spi.Invocation;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Services;
import dev.howdah.broker.BrokerSettings;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.EmbeddedBroker;
import dev.howdah.config.Setting;
import dev.howdah.design.Configuration;
import dev.howdah.design.Position;
import dev.howdah.design.Problems;
import dev.howdah.expression.Scope;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.HostResolver;
import dev.howdah.worker.NameServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real broker, with a real service that answers. */
class KafkaCallerTest {
  private static final String CORRELATION = "kafka_correlationId";

  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private KafkaCaller caller;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(new BrokerSettings(directory, 0));
    try (Admin admin = Admin.create(Clients.admin(ClusterAccess.open(broker.bootstrapServers())))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("orders", 2, (short) 1),
                  new NewTopic("requests", 1, (short) 1),
                  new NewTopic("replies", 2, (short) 1),
                  new NewTopic("unanswered", 1, (short) 1)))
          .all()
          .get();
    }
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start() {
    caller = new KafkaCaller(broker::access, Map.of(), Addresses.ofServices(), 60);
  }

  @AfterEach
  void stop() {
    caller.close();
  }

  private static KafkaMessage message(String topic, String key, String value, OptionalInt where) {
    return message(Optional.empty(), topic, key, value, where);
  }

  private static KafkaMessage message(
      Optional<String> servers, String topic, String key, String value, OptionalInt where) {
    return new KafkaMessage(
        servers,
        topic,
        Optional.of("k"),
        Optional.ofNullable(value).map(v -> v.getBytes(StandardCharsets.UTF_8)),
        Map.of("source", "shop"),
        where,
        key);
  }

  private static Fault fault(CompletableFuture<?> failing) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> failing.get(20, TimeUnit.SECONDS));
    return ((FaultException) failed.getCause()).fault();
  }

  private static ConsumerRecord<String, byte[]> read(KafkaReceipt at) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Clients.reader(ClusterAccess.open(broker.bootstrapServers()), "test"))) {
      TopicPartition partition = new TopicPartition(at.topic(), at.partition());
      consumer.assign(List.of(partition));
      consumer.seek(partition, at.offset());
      List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
      await()
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                return !found.isEmpty();
              });
      return found.get(0);
    }
  }

  @Test
  void aMessageIsWhereTheReceiptSays() throws Exception {
    KafkaReceipt first =
        caller
            .publish(message("orders", "e1:b:1", "{}", OptionalInt.of(1)))
            .get(20, TimeUnit.SECONDS);
    KafkaReceipt second =
        caller
            .publish(message("orders", "e1:b:2", null, OptionalInt.of(1)))
            .get(20, TimeUnit.SECONDS);
    assertEquals(new KafkaReceipt("orders", 1, first.offset() + 1), second);

    ConsumerRecord<String, byte[]> record = read(first);
    assertEquals("k", record.key());
    assertArrayEquals(new byte[] {'{', '}'}, record.value());
    assertEquals("shop", header(record, "source"));
    assertEquals("e1:b:1", header(record, "howdah-idempotency-key"));
    assertNull(read(second).value());
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Test
  void aTopicOrPartitionThatIsNotThereIsToldAtOnce() {
    Fault topic = fault(caller.publish(message("nowhere", "e:b:1", "1", OptionalInt.empty())));
    assertEquals("kafka.unknown-topic", topic.code());
    assertFalse(topic.retryable());
    assertEquals(
        "kafka.unknown-partition",
        fault(caller.publish(message("orders", "e:b:1", "1", OptionalInt.of(2)))).code());
  }

  private static KafkaMessage order(String servers) {
    return message(Optional.of(servers), "orders", "e1:b:1", "1", OptionalInt.empty());
  }

  private void use(Map<String, ClusterAccess> others, Addresses addresses) {
    caller.close();
    caller = new KafkaCaller(broker::access, others, addresses, 60);
  }

  /** Where the broker is, in other words than Howdah's own. */
  private static String elsewhere() {
    String own = broker.bootstrapServers();
    return "localhost" + own.substring(own.lastIndexOf(':'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254:9092",
        "[fe80::1]:9092",
        "localhost:9092, 169.254.0.1:80",
        "nowhere.invalid:9092,[::ffff:169.254.169.254]:9092",
        "2852039166:80"
      })
  void aClusterAtALinkLocalOrMetadataAddressIsRefused(String servers) {
    List<CompletableFuture<?>> refused =
        List.of(caller.publish(order(servers)), caller.ask(order(servers), "replies", CORRELATION));
    for (CompletableFuture<?> each : refused) {
      Fault fault = fault(each);
      assertEquals("kafka.address-refused", fault.code());
      assertEquals(Blame.DESIGN, fault.blame());
      assertFalse(fault.retryable());
      assertTrue(fault.message().startsWith("topic orders: the host "), fault.message());
      assertTrue(fault.message().contains(Setting.LINK_LOCAL.key()), fault.message());
    }
    assertEquals(0, caller.waiting());
  }

  @Test
  void aClusterIsCheckedForEveryMessage() throws Exception {
    NameServer names = new NameServer();
    use(Map.of(), names.addresses());
    // What Kafka's client finds itself is not what it says here.
    names.says("localhost", "127.0.0.1", NameServer.METADATA);
    KafkaReceipt receipt = caller.publish(order(elsewhere())).get(20, TimeUnit.SECONDS);
    assertEquals("orders", receipt.topic());
    assertEquals("kafka.address-refused", fault(caller.publish(order(elsewhere()))).code());
  }

  @Test
  void clustersThatTheOperatorTellsOfAreNotChecked() throws Exception {
    Addresses none = new Addresses(address -> false, HostResolver.system());
    use(Map.of(elsewhere(), ClusterAccess.open(elsewhere())), none);
    caller.publish(order(elsewhere())).get(20, TimeUnit.SECONDS);
    caller.publish(order(broker.bootstrapServers())).get(20, TimeUnit.SECONDS);
    caller.publish(message("orders", "e1:b:1", "1", OptionalInt.empty())).get(20, TimeUnit.SECONDS);
    Fault fault = fault(caller.publish(order(elsewhere() + "," + elsewhere())));
    assertEquals("kafka.address-refused", fault.code());
  }

  @Test
  void aClusterThatIsNotThereMayComeYet() {
    use(Map.of(), new NameServer().addresses());
    Fault fault = fault(caller.publish(order("nowhere.invalid:9092")));
    assertEquals("kafka.unavailable", fault.code());
    assertTrue(fault.retryable());
  }

  @ParameterizedTest
  @ValueSource(strings = {"howdah.work", "howdah_work", "howdah.group.gpu", "__consumer_offsets"})
  void topicsOfHowdahAndKafkaAreRefused(String topic) {
    FaultException refused =
        assertThrows(FaultException.class, () -> message(topic, "e:b:1", "1", OptionalInt.empty()));
    assertEquals("kafka.own-topic", refused.fault().code());
    assertEquals(
        "kafka.own-topic",
        fault(
                caller.ask(
                    message("requests", "e:b:1", "1", OptionalInt.empty()), topic, CORRELATION))
            .code());
  }

  @Test
  void eachRequestGetsItsOwnReplyInWhateverOrderTheyCome() throws Exception {
    int count = 50;
    try (Answering service = new Answering(count)) {
      List<CompletableFuture<Optional<byte[]>>> replies = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        KafkaMessage request = message("requests", "e" + i + ":b:1", "" + i, OptionalInt.empty());
        replies.add(caller.ask(request, "replies", CORRELATION));
      }
      for (int i = 0; i < count; i++) {
        byte[] reply = replies.get(i).get(30, TimeUnit.SECONDS).orElseThrow();
        assertEquals("re " + i, new String(reply, StandardCharsets.UTF_8));
      }
      await().until(() -> caller.waiting() == 0);
    }
  }

  @Test
  void requestsThatWaitAreBoundedAndCancellingMakesRoom() throws Exception {
    List<CompletableFuture<Optional<byte[]>>> waiting = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      waiting.add(unanswered("e" + i + ":b:1"));
    }
    await().until(() -> caller.waiting() == 60);

    Fault busy = fault(unanswered("one:b:1"));
    assertEquals("kafka.busy", busy.code());
    assertTrue(busy.retryable());

    waiting.forEach(reply -> reply.cancel(true));
    assertEquals(0, caller.waiting());
  }

  private CompletableFuture<Optional<byte[]>> unanswered(String key) {
    return caller.ask(message("unanswered", key, "1", OptionalInt.empty()), "replies", CORRELATION);
  }

  @Test
  void whatWaitsAtTheEndMayBeTriedAgain() {
    CompletableFuture<Optional<byte[]>> reply = unanswered("e:b:1");
    caller.close();
    assertEquals("kafka.stopped", fault(reply).code());
  }

  @Test
  void aBlockGivesTheReplyAsJson() throws Exception {
    try (Answering service = new Answering(1)) {
      Problems problems = new Problems();
      KafkaBlock.Configuration configuration =
          Configuration.bind(
                  KafkaBlock.Configuration.class,
                  Json.read(
                      """
                      {"topic": "${ .to }", "value": {"n": "${ .n }"},
                       "reply": {"topic": "replies", "response": "text"}}
                      """),
                  pointer -> new Position("test", 1, 1),
                  problems)
              .orElseThrow();
      JsonNode input = Json.read("{\"to\": \"requests\", \"n\": 5}");
      Outcome outcome =
          new KafkaBlock()
              .prepare(configuration, services())
              .run(
                  new Invocation(
                      "d/b",
                      Scope.of(input),
                      "e9",
                      List.of(),
                      "e9:b:1",
                      Duration.ofSeconds(30),
                      new Cancellation(),
                      partial -> {}))
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      assertEquals("re {\"n\":5}", ((Outcome.Completed) outcome).output().textValue());
    }
  }

  private Services services() {
    return new Services(
        name -> Optional.empty(),
        null,
        null,
        null,
        null,
        null,
        null,
        caller,
        InstantSource.system());
  }

  /** Gathers a number of requests and answers them, the last one first. */
  private static final class Answering implements AutoCloseable {
    private final int count;
    private final KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Clients.reader(ClusterAccess.open(broker.bootstrapServers()), "service"));
    private final KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Clients.producer(ClusterAccess.open(broker.bootstrapServers()), Duration.ZERO));
    private final Thread thread = new Thread(this::run, "test-service");

    Answering(int count) {
      this.count = count;
      TopicPartition requests = new TopicPartition("requests", 0);
      consumer.assign(List.of(requests));
      consumer.seekToEnd(List.of(requests));
      consumer.position(requests);
      thread.start();
    }

    private void run() {
      List<ConsumerRecord<String, byte[]>> requests = new ArrayList<>();
      while (requests.size() < count && !Thread.currentThread().isInterrupted()) {
        consumer.poll(Duration.ofMillis(100)).forEach(requests::add);
      }
      Collections.reverse(requests);
      for (ConsumerRecord<String, byte[]> request : requests) {
        String reply = "re " + new String(request.value(), StandardCharsets.UTF_8);
        ProducerRecord<String, byte[]> record =
            new ProducerRecord<>(
                header(request, "kafka_replyTopic"), reply.getBytes(StandardCharsets.UTF_8));
        record.headers().add(request.headers().lastHeader(CORRELATION));
        producer.send(record);
      }
      producer.flush();
    }

    @Override
    public void close() throws InterruptedException {
      thread.join(30_000);
      consumer.close();
      producer.close();
    }
  }
}
