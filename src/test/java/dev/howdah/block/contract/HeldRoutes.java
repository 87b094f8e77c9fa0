package dev.howdah.block.contract;

import java.net.ConnectException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/**
 * Routes of a user's: {@code direct:greet} answers, {@code direct:broken} does not, {@code
 * direct:flaky} answers all but first attempts, and {@code direct:held} holds its thread.
 */
final class HeldRoutes extends RouteBuilder {
  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private final Set<String> interrupted = ConcurrentHashMap.newKeySet();
  private final CountDownLatch end = new CountDownLatch(1);

  @Override
  public void configure() {
    errorHandler(noErrorHandler());
    from("direct:greet").setBody(simple("Hello ${body}!"));
    from("direct:broken").throwException(new IllegalStateException("broken"));
    from("direct:flaky").process(HeldRoutes::refuseFirst).setBody(simple("Hello ${body}!"));
    from("direct:held").process(this::hold);
  }

  private static String key(Exchange exchange) {
    return exchange.getMessage().getHeader("HowdahIdempotencyKey", String.class);
  }

  private static void refuseFirst(Exchange exchange) throws ConnectException {
    if (key(exchange).endsWith(":1")) {
      throw new ConnectException("not yet");
    }
  }

  private void hold(Exchange exchange) throws InterruptedException {
    String execution = key(exchange).substring(0, key(exchange).indexOf(':'));
    held.add(execution);
    try {
      end.await();
    } catch (InterruptedException e) {
      interrupted.add(execution);
      throw e;
    }
  }

  /** Whether a message of an execution holds a thread, or has. */
  boolean isHeld(String execution) {
    return held.contains(execution);
  }

  boolean isInterrupted(String execution) {
    return interrupted.contains(execution);
  }

  /** Lets the threads go. */
  void end() {
    end.countDown();
  }
}
