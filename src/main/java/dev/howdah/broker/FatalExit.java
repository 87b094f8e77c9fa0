package dev.howdah.broker;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what would otherwise end the JVM: Kafka halts its process on a fatal fault, and
 * this process is ours.
 *
 * <p>Installed for the whole JVM with the first listener and never taken out, because a thread of a
 * broker that is being closed may still fail. Kafka does not say which of several brokers failed,
 * so every listener is told.
 */
final class FatalExit {
  private static final Logger LOG = LoggerFactory.getLogger(FatalExit.class);
  private static final Set<Consumer<String>> LISTENERS = new CopyOnWriteArraySet<>();

  static {
    Exit.setExitProcedure(FatalExit::report);
    Exit.setHaltProcedure(FatalExit::report);
  }

  private FatalExit() {}

  static void listen(Consumer<String> listener) {
    LISTENERS.add(listener);
  }

  static void forget(Consumer<String> listener) {
    LISTENERS.remove(listener);
  }

  private static void report(int status, String message) {
    String why =
        "a fatal fault in Kafka's thread %s asked for exit %d%s"
            .formatted(
                Thread.currentThread().getName(), status, message == null ? "" : ": " + message);
    LOG.error("{}; the process goes on without this broker", why);
    LISTENERS.forEach(listener -> listener.accept(why));
  }
}
