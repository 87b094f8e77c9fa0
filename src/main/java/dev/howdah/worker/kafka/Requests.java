package dev.howdah.worker.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The requests of this process that wait for their replies; a bounded number. Thread-safe. */
final class Requests {
  private record Key(String servers, String topic, String header, String id) {}

  private final int most;
  private final Executor completing;
  private final Map<Key, CompletableFuture<Optional<byte[]>>> open = new ConcurrentHashMap<>();
  private final Set<String> headers = ConcurrentHashMap.newKeySet();

  Requests(int most, Executor completing) {
    this.most = most;
    this.completing = completing;
  }

  /**
   * Begins to wait.
   *
   * @param servers the cluster of the reply topic
   * @return false when somebody waits for the very same reply, which then is the reply to both
   * @throws dev.howdah.fault.FaultException {@code kafka.busy} when too many wait
   */
  boolean open(
      String servers,
      String topic,
      String header,
      String id,
      CompletableFuture<Optional<byte[]>> reply) {
    Key key = new Key(servers, topic, header, id);
    CompletableFuture<Optional<byte[]>> other = open.get(key);
    if (other == null) {
      if (open.size() >= most) {
        throw KafkaFaults.tooManyRequests(most);
      }
      headers.add(header);
      other = open.putIfAbsent(key, reply);
    }
    if (other == null) {
      var unused = reply.whenComplete((value, failure) -> open.remove(key));
      return true;
    }
    var unused =
        other.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                reply.complete(value);
              } else {
                reply.completeExceptionally(KafkaFaults.of(topic, failure));
              }
            });
    return false;
  }

  /** Nothing more can be read of a cluster; whoever waits for it has to ask again. */
  void died(String servers, Throwable cause) {
    open.forEach(
        (key, reply) -> {
          if (key.servers().equals(servers)) {
            reply.completeExceptionally(KafkaFaults.unread(key.topic(), cause));
          }
        });
  }

  /** Gives a reply to whoever waits for it; what nobody waits for is somebody else's. */
  void replied(String servers, ConsumerRecord<String, byte[]> record) {
    for (String name : headers) {
      Header header = record.headers().lastHeader(name);
      if (header != null && header.value() != null) {
        String id = new String(header.value(), StandardCharsets.UTF_8);
        CompletableFuture<Optional<byte[]>> reply =
            open.get(new Key(servers, record.topic(), name, id));
        if (reply != null) {
          completing.execute(() -> reply.complete(Optional.ofNullable(record.value())));
        }
      }
    }
  }

  int size() {
    return open.size();
  }
}
