package dev.howdah.worker.grpc;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.AddressRefusedException;
import dev.howdah.worker.Excerpt;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The faults that a gRPC call can end with; the codes are stable. */
final class GrpcFaults {
  private static final Set<Status.Code> RETRYABLE =
      EnumSet.of(
          Status.Code.UNAVAILABLE,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.ABORTED);

  /** What the called side has to put right; all else is in the request. */
  private static final Set<Status.Code> OF_SERVER =
      EnumSet.of(
          Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS, Status.Code.CANCELLED);

  /** How a server says when to come again; see gRFC A6. */
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  /** What this side says when a message is longer than it takes; there is no code for it. */
  private static final String TOO_LARGE = "exceeds maximum size";

  private GrpcFaults() {}

  static FaultException invalid(String message) {
    return Fault.rejected("grpc.invalid-call", Blame.DESIGN, message).toException();
  }

  static FaultException invalidProto(String name, String why) {
    return Fault.rejected(
            "grpc.invalid-proto",
            Blame.DESIGN,
            "%s does not describe services: %s".formatted(name, Excerpt.of(why)))
        .toException();
  }

  static FaultException unknownMethod(String name, String known) {
    return Fault.rejected(
            "grpc.unknown-method",
            Blame.DESIGN,
            "there is no method %s; %s".formatted(name, Excerpt.of(known)))
        .toException();
  }

  static FaultException unsupportedMethod(String name) {
    return Fault.rejected(
            "grpc.unsupported-method",
            Blame.DESIGN,
            "%s takes a stream of requests; a block can call methods that take one request"
                .formatted(name))
        .toException();
  }

  static FaultException invalidRequest(String method, String type, String why) {
    return Fault.rejected(
            "grpc.invalid-request",
            Blame.DESIGN,
            "the request of %s is no %s: %s".formatted(method, type, Excerpt.of(why)))
        .toException();
  }

  static FaultException invalidResponse(String method, String why) {
    return Fault.rejected(
            "grpc.invalid-response",
            Blame.WORKER,
            "the response of %s has no form in JSON: %s".formatted(method, Excerpt.of(why)))
        .toException();
  }

  static FaultException noReflection(String label) {
    return Fault.rejected(
            "grpc.no-reflection",
            Blame.DESIGN,
            "%s: the server does not tell what its services are; give the block a proto"
                .formatted(label))
        .toException();
  }

  static FaultException notServing(String label, String status) {
    return Fault.retryable(
            "grpc.not-serving",
            Blame.WORKER,
            "%s: asked for its health, the server says %s".formatted(label, status))
        .toException();
  }

  static FaultException tooLarge(String label, long limit) {
    return Fault.rejected(
            "grpc.too-large",
            Blame.WORKER,
            "%s: the response is larger than the limit of %d bytes; ask for less or raise maxResponse"
                .formatted(label, limit))
        .toException();
  }

  static FaultException closed(String label) {
    return Fault.retryable(
            "grpc.unavailable", Blame.ENGINE, label + ": aborted because the gRPC client closed")
        .toException();
  }

  /** What a call that did not end well comes to. */
  static FaultException of(GrpcCall call, Status status, Metadata trailers) {
    if (status.getCause() instanceof AddressRefusedException refused) {
      return refused.fault("grpc.address-refused", call.label()).toException();
    }
    String said = said(status);
    if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && said.contains(TOO_LARGE)) {
      return tooLarge(call.label(), call.maxResponse());
    }
    boolean retryable = RETRYABLE.contains(status.getCode());
    Blame blame = retryable || OF_SERVER.contains(status.getCode()) ? Blame.WORKER : Blame.DESIGN;
    String message =
        "%s: %s%s"
            .formatted(
                call.label(), status.getCode(), said.isEmpty() ? "" : ": " + Excerpt.of(said));
    return new Fault(code(status), blame, message, retryable, pushback(trailers, retryable))
        .toException();
  }

  /** One code for every time-out, whoever has noticed it. */
  private static String code(Status status) {
    return status.getCode() == Status.Code.DEADLINE_EXCEEDED
        ? "grpc.timeout"
        : "grpc." + status.getCode().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String said(Status status) {
    String description = status.getDescription() == null ? "" : status.getDescription();
    Throwable cause = status.getCause();
    boolean more = cause != null && cause.getMessage() != null;
    return more && !description.contains(cause.getMessage())
        ? (description.isEmpty() ? "" : description + ": ") + cause.getMessage()
        : description;
  }

  private static Optional<Duration> pushback(Metadata trailers, boolean retryable) {
    String text = trailers == null ? null : trailers.get(PUSHBACK);
    if (!retryable || text == null || !text.strip().matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofMillis(Long.parseLong(text.strip())));
  }
}
