package dev.howdah.worker.kafka;

import dev.howdah.broker.ClusterAccess;
import dev.howdah.worker.AddressRefusedException;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.Threads;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Publishes messages and asks by messages. Thread-safe; one serves a whole process. No thread waits
 * for an acknowledgement or a reply.
 *
 * <p>Producers are idempotent and an acknowledgement means that every in-sync replica has the
 * message. There is a producer per cluster, and where replies are read a consumer.
 *
 * <p>Where a cluster is that only a message tells of is checked before every message. That is all
 * that can be checked: Kafka's clients look the names up again, and go to whatever addresses the
 * brokers there give for themselves, and nobody can get in between.
 */
public final class KafkaCaller implements AutoCloseable {
  /** Clusters whose clients stay open. */
  static final int MOST_CLUSTERS = 16;

  /** Requests that may wait for their replies. */
  static final int MOST_REQUESTS = 10_000;

  private static final int THREADS = 4;

  private final Supplier<ClusterAccess> own;
  private final Map<String, ClusterAccess> others;
  private final Addresses addresses;
  private final ThreadPoolExecutor senders = Threads.pool("howdah-kafka", THREADS);
  private final ThreadPoolExecutor completing = Threads.pool("howdah-kafka-done", 2);
  private final Map<Object, CompletableFuture<?>> underway = new ConcurrentHashMap<>();
  private final Requests requests;
  private final Map<String, Cluster> clusters = new LinkedHashMap<>(16, 0.75f, true);
  private volatile boolean closed;

  /**
   * @param own the cluster that Howdah uses itself; asked when first needed
   * @param others clusters that ask who we are, by the addresses that messages name them by; so
   *     what proves it goes to no address that only a message names
   * @param addresses where all other clusters may be
   */
  public KafkaCaller(
      Supplier<ClusterAccess> own, Map<String, ClusterAccess> others, Addresses addresses) {
    this(own, others, addresses, MOST_REQUESTS);
  }

  KafkaCaller(
      Supplier<ClusterAccess> own,
      Map<String, ClusterAccess> others,
      Addresses addresses,
      int mostRequests) {
    this.own = own;
    this.others = Map.copyOf(others);
    this.addresses = addresses;
    this.requests = new Requests(mostRequests, completing);
  }

  /**
   * Publishes a message.
   *
   * @return where it was put; otherwise completed exceptionally with a {@link
   *     dev.howdah.fault.FaultException}:
   *     <ul>
   *       <li>{@code kafka.unavailable}, {@code kafka.timeout}, {@code kafka.busy}, {@code
   *           kafka.stopped}: retryable
   *       <li>{@code kafka.unknown-topic}, {@code kafka.unknown-partition}, {@code
   *           kafka.too-large}, {@code kafka.not-authorized}, {@code kafka.address-refused}, {@code
   *           kafka.failed}
   *     </ul>
   *     Cancelling it, but not a stage derived from it, keeps a message back that was not handed to
   *     the producer yet. It completes on a thread of this caller, which what depends on it must
   *     not block.
   */
  public CompletableFuture<KafkaReceipt> publish(KafkaMessage message) {
    CompletableFuture<KafkaReceipt> result = begin();
    run(message, result, () -> publish(message, result));
    return result;
  }

  /**
   * Publishes a request and waits for its reply: the next message on the reply topic that has the
   * request's correlation id, which is the request's idempotency key. So a reply to the same
   * attempt counts even if another process, or this one before a restart, had sent the request.
   *
   * @param replyTopic must be there; it is read from its end at the first request on
   * @param header the name of the header that carries the correlation id both ways
   * @return the value of the reply, empty if it has none; otherwise as {@link #publish}. There is
   *     no timeout: cancelling it ends the waiting
   */
  public CompletableFuture<Optional<byte[]>> ask(
      KafkaMessage message, String replyTopic, String header) {
    CompletableFuture<Optional<byte[]>> result = begin();
    KafkaMessage request = withHeaders(message, replyTopic, header);
    run(
        request,
        result,
        () -> {
          String servers = message.servers().orElseGet(() -> own.get().servers());
          if (!requests.open(
              servers, KafkaNames.topic(replyTopic), header, message.idempotencyKey(), result)) {
            return;
          }
          Cluster cluster = acquire(request, result);
          var unused =
              cluster
                  .listen(replyTopic)
                  .whenCompleteAsync(
                      (listening, failure) -> request(cluster, request, result, failure), senders);
        });
    return result;
  }

  /** The acknowledgement is of no interest, only its failing. */
  private void request(
      Cluster cluster, KafkaMessage request, CompletableFuture<?> result, Throwable failure) {
    if (failure != null) {
      fail(request, result, failure);
      return;
    }
    CompletableFuture<KafkaReceipt> sent = new CompletableFuture<>();
    var unused =
        sent.whenComplete(
            (receipt, refused) -> {
              if (refused != null) {
                fail(request, result, refused);
              }
            });
    send(cluster, request, result, sent);
  }

  private static KafkaMessage withHeaders(KafkaMessage message, String replyTopic, String header) {
    Map<String, String> headers = new HashMap<>(message.headers());
    headers.put(KafkaMessage.REPLY_TOPIC, replyTopic);
    headers.put(header, message.idempotencyKey());
    return new KafkaMessage(
        message.servers(),
        message.topic(),
        message.key(),
        message.value(),
        headers,
        message.partition(),
        message.idempotencyKey());
  }

  private <T> CompletableFuture<T> begin() {
    CompletableFuture<T> result = new CompletableFuture<>();
    Object turn = new Object();
    underway.put(turn, result);
    var unused = result.whenComplete((value, failure) -> underway.remove(turn));
    return result;
  }

  /** Runs what may block for a moment. */
  private void run(KafkaMessage message, CompletableFuture<?> result, Runnable what) {
    try {
      senders.execute(
          () -> {
            if (!result.isDone()) {
              try {
                what.run();
              } catch (RuntimeException | Error e) {
                fail(message, result, e);
              }
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(KafkaFaults.stopped());
    }
    if (closed) {
      result.completeExceptionally(KafkaFaults.stopped());
    }
  }

  private void publish(KafkaMessage message, CompletableFuture<KafkaReceipt> result) {
    send(acquire(message, result), message, result, result);
  }

  /** Sends once the topic is known to have the partition. */
  private void send(
      Cluster cluster,
      KafkaMessage message,
      CompletableFuture<?> whole,
      CompletableFuture<KafkaReceipt> sent) {
    var unused =
        cluster
            .partitions(message.topic())
            .thenCompose(
                known ->
                    hasPartition(message, known)
                        ? CompletableFuture.completedFuture(known)
                        : cluster.ask(message.topic()))
            .whenComplete(
                (partitions, failure) ->
                    run(message, whole, () -> hand(cluster, message, partitions, failure, sent)));
  }

  private static boolean hasPartition(KafkaMessage message, int partitions) {
    return message.partition().isEmpty() || message.partition().getAsInt() < partitions;
  }

  private void hand(
      Cluster cluster,
      KafkaMessage message,
      Integer partitions,
      Throwable failure,
      CompletableFuture<KafkaReceipt> sent) {
    if (failure != null) {
      fail(message, sent, failure);
      return;
    }
    if (!hasPartition(message, partitions)) {
      throw KafkaFaults.unknownPartition(
          message.topic(), message.partition().getAsInt(), partitions);
    }
    var unused =
        cluster
            .producer()
            .send(
                message.record(),
                (metadata, refused) ->
                    completing.execute(() -> settle(cluster, message, metadata, refused, sent)));
  }

  private static void settle(
      Cluster cluster,
      KafkaMessage message,
      RecordMetadata metadata,
      Exception refused,
      CompletableFuture<KafkaReceipt> sent) {
    if (refused == null) {
      sent.complete(new KafkaReceipt(metadata.topic(), metadata.partition(), metadata.offset()));
    } else {
      cluster.forget(message.topic());
      fail(message, sent, refused);
    }
  }

  private static void fail(KafkaMessage message, CompletableFuture<?> result, Throwable failure) {
    result.completeExceptionally(KafkaFaults.of(message.topic(), failure));
  }

  /** The clients for a message, which stay open until its result is there. */
  private Cluster acquire(KafkaMessage message, CompletableFuture<?> result) {
    String servers = message.servers().orElseGet(() -> own.get().servers());
    if (known(servers).isEmpty()) {
      checkAddresses(message.topic(), servers);
    }
    Cluster cluster = acquire(servers);
    var unused = result.whenComplete((value, failure) -> release(cluster));
    return cluster;
  }

  private synchronized Cluster acquire(String servers) {
    if (closed) {
      throw KafkaFaults.stopped();
    }
    Cluster cluster = clusters.get(servers);
    if (cluster == null) {
      if (clusters.size() >= MOST_CLUSTERS) {
        closeIdle();
      }
      cluster =
          new Cluster(
              known(servers).orElseGet(() -> ClusterAccess.open(servers)),
              reply -> requests.replied(servers, reply),
              cause -> requests.died(servers, cause));
      clusters.put(servers, cluster);
    }
    cluster.underway++;
    return cluster;
  }

  /** A cluster that the operator has told of. */
  private Optional<ClusterAccess> known(String servers) {
    return Optional.ofNullable(others.get(servers))
        .or(() -> Optional.of(own.get()).filter(ours -> ours.servers().equals(servers)));
  }

  private void checkAddresses(String topic, String servers) {
    for (String host : KafkaNames.hosts(servers)) {
      try {
        addresses.of(host);
      } catch (UnknownHostException e) {
        // One that is not there does no harm, and Kafka's client tells when no other is.
      } catch (AddressRefusedException e) {
        throw KafkaFaults.refused(topic, e);
      }
    }
  }

  private synchronized void release(Cluster cluster) {
    cluster.underway--;
  }

  private void closeIdle() {
    Iterator<Cluster> leastRecentlyUsed = clusters.values().iterator();
    while (leastRecentlyUsed.hasNext()) {
      Cluster cluster = leastRecentlyUsed.next();
      if (cluster.underway == 0) {
        leastRecentlyUsed.remove();
        completing.execute(cluster::close);
        return;
      }
    }
    throw KafkaFaults.tooManyClusters(MOST_CLUSTERS);
  }

  /** How many requests wait for their replies. */
  int waiting() {
    return requests.size();
  }

  /** Gives up what is under way, which fails with a retryable {@code kafka.stopped}. */
  @Override
  public void close() {
    closed = true;
    underway.values().forEach(result -> result.completeExceptionally(KafkaFaults.stopped()));
    senders.shutdownNow();
    List<Cluster> open;
    synchronized (this) {
      open = new ArrayList<>(clusters.values());
      clusters.clear();
    }
    open.forEach(Cluster::close);
    completing.shutdown();
  }
}
