package dev.howdah.drill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Those who start executions. Whoever gets no answer asks again with the same key until one comes;
 * some ask again although they have one.
 */
final class Callers implements AutoCloseable {
  private static final int THREADS = 24;
  private static final long AGAIN_MILLIS = 100;

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
  private final Map<Integer, String> accepted = new ConcurrentHashMap<>();
  private final AtomicInteger contradictions = new AtomicInteger();
  private final String url;
  private final CountDownLatch left;

  /** Starts executions 0 to {@code count}, at random times within the duration. */
  Callers(String url, int count, Duration within, Random random) {
    this.url = url;
    this.left = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      int number = i;
      long at = (long) (random.nextDouble() * within.toMillis());
      threads.schedule(() -> ask(number), at, TimeUnit.MILLISECONDS);
    }
  }

  private void ask(int i) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/run/" + DrillDesigns.designOf(i)))
            .timeout(Duration.ofSeconds(15))
            .header("Idempotency-Key", "drill-" + i)
            .POST(HttpRequest.BodyPublishers.ofString("{\"n\": " + DrillDesigns.input(i) + "}"))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 202) {
        answered(i, answer.body());
        return;
      }
    } catch (IOException e) {
      // Killed before it answered: nobody knows whether the execution was accepted.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    threads.schedule(() -> ask(i), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void answered(int i, String id) {
    String before = accepted.putIfAbsent(i, id);
    if (before == null) {
      left.countDown();
      if (i % 10 == 0) {
        threads.schedule(() -> ask(i), 1, TimeUnit.SECONDS);
      }
    } else if (!before.equals(id)) {
      contradictions.incrementAndGet();
    }
  }

  /** Whether all have got an answer. */
  boolean areAccepted() {
    return left.getCount() == 0;
  }

  /** The ids of executions by their number. */
  Map<Integer, String> accepted() {
    return accepted;
  }

  /** How often a key that had been answered got another execution. */
  int contradictions() {
    return contradictions.get();
  }

  /** How many executions are open; -1 when the engine does not answer. */
  int open() throws InterruptedException {
    try {
      return Integer.parseInt(
          client
              .send(
                  HttpRequest.newBuilder(URI.create(url + "/open"))
                      .timeout(Duration.ofSeconds(5))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
