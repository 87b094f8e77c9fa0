package dev.howdah.worker.grpc;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What a server has told of its services, remembered for a minute: calls of a busy block need not
 * ask each time, and a server that was replaced is understood soon. Thread-safe.
 */
final class ToldSchemas {
  private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(1);

  private record Told(ProtoSchema schema, long nanos) {}

  private final Map<String, Told> byService = new ConcurrentHashMap<>();

  Optional<ProtoSchema> find(String service, long nowNanos) {
    return Optional.ofNullable(byService.get(service))
        .filter(told -> nowNanos - told.nanos() < REMEMBERED_NANOS)
        .map(Told::schema);
  }

  void remember(String service, ProtoSchema schema, long nowNanos) {
    byService.put(service, new Told(schema, nowNanos));
  }
}
