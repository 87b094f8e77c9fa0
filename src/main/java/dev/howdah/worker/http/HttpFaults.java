package dev.howdah.worker.http;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.AddressRefusedException;
import dev.howdah.worker.Excerpt;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/** The faults that an HTTP call can end with; the codes are stable. */
final class HttpFaults {
  private static final String REFUSED = "http.address-refused";

  private HttpFaults() {}

  static FaultException invalid(String message) {
    return Fault.rejected("http.invalid-request", Blame.DESIGN, message).toException();
  }

  static Fault refused(HttpRequestSpec spec, AddressRefusedException why) {
    return why.fault(REFUSED, spec.label());
  }

  static Fault notPublic(HttpRequestSpec spec, String address) {
    return Fault.rejected(
        REFUSED,
        Blame.DESIGN,
        "%s: the host resolves to %s, and this call goes to public addresses only; name another host"
            .formatted(spec.label(), address));
  }

  static Fault timeout(HttpRequestSpec spec) {
    return Fault.retryable(
        "http.timeout",
        Blame.WORKER,
        spec.label() + ": no complete response within " + spec.timeout().toMillis() + " ms");
  }

  static Fault closed(HttpRequestSpec spec) {
    return Fault.retryable(
        "http.connect", Blame.ENGINE, spec.label() + ": aborted because the HTTP client closed");
  }

  static Fault tooLarge(HttpRequestSpec spec) {
    return Fault.rejected(
        "http.too-large",
        Blame.WORKER,
        spec.label()
            + ": the response is larger than the limit of "
            + spec.maxResponseBytes()
            + " bytes; ask for less or raise the limit");
  }

  /** What a failed call ends with: a fault, or an Error as it is. */
  static Throwable of(HttpRequestSpec spec, Throwable failure) {
    Throwable cause = failure;
    // A fault of the body subscriber comes back wrapped in the client's own IOException.
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof FaultException || at instanceof CancellationException) {
        return at;
      }
      if (at instanceof CompletionException && at.getCause() != null) {
        cause = at.getCause();
      }
    }
    if (cause instanceof Error) {
      return cause;
    }
    return Fault.retryable("http.connect", Blame.WORKER, spec.label() + ": " + words(cause))
        .toException();
  }

  static Fault status(
      HttpRequestSpec spec, int status, String note, boolean retryable, Optional<Duration> after) {
    return new Fault(
        "http.status",
        retryable ? Blame.WORKER : Blame.DESIGN,
        spec.label() + ": status " + status + (note.isEmpty() ? "" : ": " + note),
        retryable,
        after);
  }

  private static String words(Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return "the host name has no address";
    }
    if (cause instanceof HttpTimeoutException) {
      return "the host did not accept a connection in time";
    }
    if (cause instanceof ConnectException) {
      return "the connection was refused or the host cannot be reached";
    }
    String detail =
        Excerpt.of(Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getName()));
    return (cause instanceof SSLException ? "TLS failed: " : "the connection broke: ") + detail;
  }
}
