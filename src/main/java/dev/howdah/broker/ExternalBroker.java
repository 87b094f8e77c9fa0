package dev.howdah.broker;

import dev.howdah.fault.FaultException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;

/**
 * A cluster that somebody else runs and that answered when it was asked.
 *
 * @param bootstrapServers its addresses
 * @param clusterId its id
 * @param brokers how many brokers it had when asked
 */
public record ExternalBroker(String bootstrapServers, String clusterId, int brokers)
    implements Broker {

  /**
   * Asks the cluster who it is.
   *
   * @param bootstrapServers {@code host:port[,host:port…]}
   * @param timeout how long it may take to answer
   * @throws FaultException {@code broker.unreachable} when nobody answers in time, {@code
   *     broker.address} when the text is no list of addresses
   */
  public static ExternalBroker connect(String bootstrapServers, Duration timeout) {
    int millis = Math.toIntExact(timeout.toMillis());
    Map<String, Object> properties = new HashMap<>(Clients.admin(bootstrapServers));
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    Admin admin = open(bootstrapServers, timeout, properties);
    try {
      var cluster = admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis));
      int brokers = cluster.nodes().get(timeout.toMillis(), TimeUnit.MILLISECONDS).size();
      String id = cluster.clusterId().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new ExternalBroker(bootstrapServers, id, brokers);
    } catch (ExecutionException | TimeoutException e) {
      throw BrokerFaults.unreachable(bootstrapServers, timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BrokerFaults.unreachable(bootstrapServers, timeout, e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private static Admin open(
      String bootstrapServers, Duration timeout, Map<String, Object> properties) {
    try {
      return Admin.create(properties);
    } catch (KafkaException e) {
      String reason = BrokerFaults.reason(e);
      if (reason.startsWith("No resolvable")) {
        throw BrokerFaults.unreachable(bootstrapServers, timeout, e);
      }
      throw BrokerFaults.address(bootstrapServers, e);
    }
  }

  /** Does nothing: the cluster is not ours to stop. */
  @Override
  public void close() {}
}
