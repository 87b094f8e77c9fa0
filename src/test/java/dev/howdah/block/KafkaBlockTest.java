package dev.howdah.block;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Services;
import dev.howdah.broker.BrokerSettings;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.EmbeddedBroker;
import dev.howdah.engine.Trial;
import dev.howdah.json.Json;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.kafka.KafkaCaller;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a real broker, with somebody who replies. */
class KafkaBlockTest {
  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private static ClusterAccess access;
  private static KafkaCaller kafka;
  private static Trial trial;
  private static Replier replier;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(new BrokerSettings(directory, 0));
    access = ClusterAccess.open(broker.bootstrapServers());
    try (Admin admin = Admin.create(Clients.admin(access))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("orders", 2, (short) 1),
                  new NewTopic("requests", 1, (short) 1),
                  new NewTopic("replies", 1, (short) 1)))
          .all()
          .get();
    }
    kafka = new KafkaCaller(broker::access, Map.of(), Addresses.ofServices());
    trial =
        new Trial(
            name -> Optional.empty(),
            clock ->
                new Services(
                    name -> Optional.empty(), null, null, null, null, null, null, kafka, clock));
    replier = Replier.start(access, "requests", request -> request);
  }

  @AfterAll
  static void stop() throws Exception {
    replier.close();
    trial.close();
    kafka.close();
    broker.close();
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** The message that a receipt tells of. */
  private static ConsumerRecord<String, byte[]> at(String receipt) throws Exception {
    JsonNode where = Json.read(receipt);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(Clients.reader(access, "test"))) {
      TopicPartition partition =
          new TopicPartition(where.get("topic").asText(), where.get("partition").asInt());
      consumer.assign(List.of(partition));
      consumer.seek(partition, where.get("offset").asLong());
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

  /** What an execution has published; every run of a trial publishes elsewhere. */
  private static ConsumerRecord<String, byte[]> published(String data, String input)
      throws Exception {
    String design = "blocks:\n- id: publish\n  type: kafka\n  data:\n" + data.indent(4);
    String keep = "- {id: keep, type: transform, data: {value: null}}\n";
    var outcome = trial.run(design + keep, input);
    return at(outcome.rows().step("publish", 1).orElseThrow().output().orElseThrow().text());
  }

  @Test
  void aMessageHasTheKeyAndTheHeadersOfTheDesign() throws Exception {
    ConsumerRecord<String, byte[]> message =
        published(
            """
            topic: ${ .to }
            key: ${ .id }
            value: {id: "${ .id }"}
            headers: {source: shop, count: "${ .n }", none: "${ .none }"}
            partition: 1
            """,
            "{\"to\": \"orders\", \"id\": \"o-7\", \"n\": [1]}");
    assertEquals("o-7", message.key());
    assertEquals("{\"id\":\"o-7\"}", new String(message.value(), StandardCharsets.UTF_8));
    assertEquals(1, message.partition());
    assertEquals("shop", header(message, "source"));
    assertEquals("[1]", header(message, "count"));
    assertNull(header(message, "none"));
    assertTrue(header(message, "howdah-idempotency-key").endsWith(":publish:1"));
  }

  @Test
  void textIsSentAsItIsAndNullIsATombstone() throws Exception {
    assertEquals(
        "plain words",
        new String(published("topic: orders", "\"plain words\"").value(), StandardCharsets.UTF_8));
    ConsumerRecord<String, byte[]> tombstone =
        published("topic: orders\nkey: ${ .id }\nvalue: ${ .gone }", "{\"id\": \"o-7\"}");
    assertEquals("o-7", tombstone.key());
    assertNull(tombstone.value());
    assertNull(published("topic: orders\nkey: k\nvalue: null", "1").value());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "json  | {\"n\":5}",
        "text  | \"{\\\"n\\\":5}\"",
        "bytes | \"eyJuIjo1fQ==\"",
        "json, correlation: x-order | {\"n\":5}"
      })
  void theReplyIsTheOutput(String response, String output) throws Exception {
    String ask =
        """
        blocks:
        - id: ask
          type: kafka
          data: {topic: requests, reply: {topic: replies, response: %s}}
        """
            .formatted(response);
    assertEquals(output, trial.result(ask, "{\"n\": 5}"));
  }

  @Test
  void aReplyThatIsNoJsonIsAFault() throws Exception {
    String ask =
        "blocks: [{id: ask, type: kafka, data: {topic: requests, reply: {topic: replies}}}]";
    String told = trial.result(ask, "\"five\"");
    assertTrue(told.startsWith("ask kafka.not-json"), told);
    assertTrue(told.contains("set response to text or bytes"), told);
  }
}
