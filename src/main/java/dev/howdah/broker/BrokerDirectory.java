package dev.howdah.broker;

import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A broker's directory while this process owns it: locked, and formatted on first use.
 *
 * <p>Kafka takes its own lock only after its controller has begun to write, so two brokers on one
 * directory would damage it; this lock comes first.
 */
final class BrokerDirectory implements AutoCloseable {
  /** A child that has lost its parent needs a moment to let go of its directory. */
  private static final Duration FORMER_OWNER = Duration.ofSeconds(5);

  private final Path data;
  private final FileChannel lock;
  private final String clusterId;

  private BrokerDirectory(Path data, FileChannel lock, String clusterId) {
    this.data = data;
    this.lock = lock;
    this.clusterId = clusterId;
  }

  /**
   * Takes the directory.
   *
   * @throws FaultException {@code broker.directory} or {@code broker.directory-in-use}
   */
  static BrokerDirectory open(Path directory) {
    FileChannel lock = null;
    try {
      Path data = Files.createDirectories(directory).resolve("data");
      lock =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!acquired(lock)) {
        lock.close();
        throw BrokerFaults.inUse(directory);
      }
      Path meta = data.resolve("meta.properties");
      if (!Files.exists(meta)) {
        format(data);
      }
      return new BrokerDirectory(data, lock, clusterId(meta));
    } catch (FaultException e) {
      throw e;
    } catch (Exception e) { // Kafka's Formatter declares nothing narrower
      release(lock);
      throw BrokerFaults.directory(directory, e);
    }
  }

  /** Where Kafka keeps its logs. */
  Path data() {
    return data;
  }

  String clusterId() {
    return clusterId;
  }

  @Override
  public void close() {
    release(lock);
  }

  private static boolean acquired(FileChannel channel) throws IOException {
    long deadline = System.nanoTime() + FORMER_OWNER.toNanos();
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return true;
        }
      } catch (OverlappingFileLockException e) {
        return false;
      }
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static void format(Path data) throws Exception {
    Formatter formatter = new Formatter();
    formatter
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(BrokerProperties.NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
        .setIgnoreFormatted(true)
        .setReleaseVersion(MetadataVersion.latestProduction());
    formatter.run();
  }

  private static String clusterId(Path meta) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(meta)) {
      properties.load(reader);
    }
    String id = properties.getProperty("cluster.id");
    if (id == null || id.isBlank()) {
      throw new IOException(meta + " names no cluster.id");
    }
    return id;
  }

  private static void release(FileChannel lock) {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      // The lock goes with the process at the latest, and nothing was written through it.
    }
  }
}
