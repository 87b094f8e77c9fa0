package dev.howdah.broker;

/**
 * A Kafka cluster that this process may use until it is closed.
 *
 * <p>Thread-safe. Its three forms differ only in who runs the cluster and who survives whom: {@link
 * EmbeddedBroker} lives and dies with this JVM, {@link BrokerProcess} is a child that dies with it,
 * {@link ExternalBroker} is somebody else's.
 */
public sealed interface Broker extends AutoCloseable
    permits EmbeddedBroker, BrokerProcess, ExternalBroker {

  /** What every client is given as {@code bootstrap.servers}: {@code host:port[,host:port…]}. */
  String bootstrapServers();

  /** With what clients are made; a broker of our own asks nobody who they are. */
  default ClusterAccess access() {
    return ClusterAccess.open(bootstrapServers());
  }

  /** The id that the cluster was formatted with; stays the same over restarts. */
  String clusterId();

  /**
   * Ends the use of the cluster, and the cluster itself where it was started here. Closing twice
   * does nothing; closing never throws and takes seconds at most.
   */
  @Override
  void close();
}
