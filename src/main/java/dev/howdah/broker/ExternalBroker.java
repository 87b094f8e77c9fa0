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
import org.apache.kafka.common.errors.AuthenticationException;

/**
 * A cluster that somebody else runs and that answered when it was asked.
 *
 * @param access with what clients of it are made
 * @param clusterId its id
 * @param brokers how many brokers it had when asked
 */
public record ExternalBroker(ClusterAccess access, String clusterId, int brokers)
    implements Broker {

  /**
   * Asks the cluster who it is.
   *
   * @param access where it is
   * @param timeout how long it may take to answer
   * @throws FaultException {@code broker.unreachable} when nobody answers in time, {@code
   *     broker.address} when the text is no list of addresses, {@code broker.not-authenticated}
   *     when the cluster does not take us for who we say we are, or we the cluster, {@code
   *     broker.client} when a property of the access does not fit
   */
  public static ExternalBroker connect(ClusterAccess access, Duration timeout) {
    int millis = Math.toIntExact(timeout.toMillis());
    Map<String, Object> properties = new HashMap<>(Clients.admin(access));
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    Admin admin = open(access, timeout, properties);
    try {
      var cluster = admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis));
      int brokers = cluster.nodes().get(timeout.toMillis(), TimeUnit.MILLISECONDS).size();
      String id = cluster.clusterId().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new ExternalBroker(access, id, brokers);
    } catch (ExecutionException | TimeoutException e) {
      throw e.getCause() instanceof AuthenticationException
          ? BrokerFaults.notAuthenticated(access.servers(), e)
          : BrokerFaults.unreachable(access.servers(), timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BrokerFaults.unreachable(access.servers(), timeout, e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private static Admin open(
      ClusterAccess access, Duration timeout, Map<String, Object> properties) {
    try {
      return Admin.create(properties);
    } catch (KafkaException e) {
      String reason = BrokerFaults.reason(e);
      if (reason.startsWith("No resolvable")) {
        throw BrokerFaults.unreachable(access.servers(), timeout, e);
      }
      throw access.security().isEmpty()
          ? BrokerFaults.address(access.servers(), e)
          : BrokerFaults.client(e);
    }
  }

  @Override
  public String bootstrapServers() {
    return access.servers();
  }

  /** Does nothing: the cluster is not ours to stop. */
  @Override
  public void close() {}
}
