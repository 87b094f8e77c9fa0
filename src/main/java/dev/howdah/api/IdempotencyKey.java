package dev.howdah.api;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.regex.Pattern;

/** The {@code Idempotency-Key} of a request: 1 to 255 visible ASCII characters. */
final class IdempotencyKey {
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private IdempotencyKey() {}

  /**
   * @throws dev.howdah.fault.FaultException {@code request.idempotency-key}
   */
  static Optional<String> of(MultiMap headers) {
    String key = headers.get("Idempotency-Key");
    if (key == null) {
      return Optional.empty();
    }
    if (!FORM.matcher(key).matches()) {
      throw Fault.rejected(
              "request.idempotency-key",
              Blame.CALLER,
              "an Idempotency-Key has 1 to 255 visible ASCII characters and no blank; a UUID is a good one")
          .toException();
    }
    return Optional.of(key);
  }
}
