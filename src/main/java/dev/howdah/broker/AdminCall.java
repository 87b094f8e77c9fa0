package dev.howdah.broker;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;

/** Waits for what an admin client was asked. */
final class AdminCall {
  private AdminCall() {}

  /**
   * The answer.
   *
   * @throws ExecutionException what the cluster answered instead
   * @throws dev.howdah.fault.FaultException {@code broker.unreachable} when it did not answer
   */
  static <T> T await(KafkaFuture<T> answer, Duration timeout) throws ExecutionException {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw BrokerFaults.silent(timeout, e);
      }
      throw e;
    } catch (TimeoutException e) {
      throw BrokerFaults.silent(timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BrokerFaults.silent(timeout, e);
    }
  }
}
