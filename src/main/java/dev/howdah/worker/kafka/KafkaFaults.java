package dev.howdah.worker.kafka;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.AddressRefusedException;
import dev.howdah.worker.Excerpt;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The faults that a message can end with; the codes are stable. */
final class KafkaFaults {
  private KafkaFaults() {}

  static FaultException invalid(String message) {
    return Fault.rejected("kafka.invalid-message", Blame.DESIGN, Excerpt.of(message)).toException();
  }

  static FaultException ownTopic(String topic) {
    return Fault.rejected(
            "kafka.own-topic",
            Blame.DESIGN,
            "topic %s is Howdah's or Kafka's own, which no design may use; name another"
                .formatted(topic))
        .toException();
  }

  static FaultException refused(String topic, AddressRefusedException why) {
    return why.fault("kafka.address-refused", "topic " + topic).toException();
  }

  static FaultException unknownTopic(String topic) {
    return Fault.rejected(
            "kafka.unknown-topic",
            Blame.DESIGN,
            "there is no topic %s on the cluster; create it, or correct the name".formatted(topic))
        .toException();
  }

  static FaultException unknownPartition(String topic, int partition, int partitions) {
    return Fault.rejected(
            "kafka.unknown-partition",
            Blame.DESIGN,
            "topic %s has %d partitions, counted from 0, and none of number %d"
                .formatted(topic, partitions, partition))
        .toException();
  }

  static FaultException tooLarge(String topic, String why) {
    return Fault.rejected(
            "kafka.too-large",
            Blame.DESIGN,
            "the message is too large for topic %s (%s); publish a reference to the data instead"
                .formatted(topic, Excerpt.of(why)))
        .toException();
  }

  static FaultException tooManyRequests(int most) {
    return Fault.retryable(
            "kafka.busy",
            Blame.ENGINE,
            "%d requests wait for their replies already, which is all this node takes"
                .formatted(most))
        .toException();
  }

  static FaultException tooManyClusters(int most) {
    return Fault.retryable(
            "kafka.busy",
            Blame.ENGINE,
            "kafka blocks use %d clusters at the moment, which is all this node takes"
                .formatted(most))
        .toException();
  }

  static FaultException unread(String topic, Throwable cause) {
    return retryable(
        "kafka.unavailable", topic, "it can no longer be read: " + Excerpt.of(cause.toString()));
  }

  static FaultException stopped() {
    return Fault.retryable(
            "kafka.stopped", Blame.ENGINE, "the message was not published, since this node stops")
        .toException();
  }

  /** What a failed message ends with: a fault, or an Error as it is. */
  static Throwable of(String topic, Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && isWrapper(cause)) {
      cause = cause.getCause();
    }
    if (cause instanceof FaultException || cause instanceof Error) {
      return cause;
    }
    if (cause instanceof CancellationException || cause instanceof InterruptedException) {
      return stopped();
    }
    if (cause instanceof UnknownTopicOrPartitionException) {
      return unknownTopic(topic);
    }
    if (cause instanceof InvalidTopicException) {
      return invalid("\"" + topic + "\" cannot name a topic");
    }
    if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException) {
      return tooLarge(topic, cause.getMessage());
    }
    String words = Excerpt.of(Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
    if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
      return rejected("kafka.not-authorized", topic, words);
    }
    if (cause instanceof TimeoutException) {
      return retryable("kafka.timeout", topic, words);
    }
    if (cause instanceof RetriableException || cause instanceof ConfigException) {
      return retryable("kafka.unavailable", topic, words);
    }
    return rejected("kafka.failed", topic, words);
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof CompletionException
        || thrown instanceof ExecutionException
        || thrown.getClass() == KafkaException.class;
  }

  private static FaultException rejected(String code, String topic, String words) {
    return Fault.rejected(code, Blame.WORKER, "topic %s: %s".formatted(topic, words)).toException();
  }

  private static FaultException retryable(String code, String topic, String words) {
    return Fault.retryable(code, Blame.WORKER, "topic %s: %s".formatted(topic, words))
        .toException();
  }
}
