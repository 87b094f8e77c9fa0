package dev.howdah.worker.camel;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.Excerpt;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.camel.ExchangeTimedOutException;

/** The faults that a message to an endpoint can end with; the codes are stable. */
final class CamelFaults {
  private CamelFaults() {}

  static FaultException invalidUri(String message) {
    return Fault.rejected("camel.invalid-uri", Blame.DESIGN, message).toException();
  }

  static FaultException notAllowed(String scheme) {
    return Fault.rejected(
            "camel.not-allowed",
            Blame.DESIGN,
            "camel blocks may not send to %s: endpoints here; whoever operates this node can allow them in the setting %s"
                .formatted(Excerpt.of(scheme), CamelPolicy.SETTING))
        .toException();
  }

  static FaultException ownEndpoint(CamelUri uri) {
    return Fault.rejected(
            "camel.own-endpoint",
            Blame.DESIGN,
            "%s is Howdah's own, which no design may use; name a route or a topic of yours"
                .formatted(uri.label()))
        .toException();
  }

  static FaultException unknownComponent(String scheme) {
    return Fault.rejected(
            "camel.unknown-component",
            Blame.WORKER,
            "there is no Camel component %s on this node; put its jar on the class path or run the block in a group whose workers have it"
                .formatted(Excerpt.of(scheme)))
        .toException();
  }

  static FaultException endpoint(CamelMessage message, Throwable why) {
    return Fault.rejected(
            "camel.invalid-uri",
            Blame.DESIGN,
            "%s is no endpoint: %s".formatted(message.uri().label(), words(root(why))))
        .toException();
  }

  static FaultException notJson(CamelMessage message, String why) {
    return Fault.rejected(
            "camel.not-json",
            Blame.WORKER,
            "the answer of %s is not JSON (%s); set response to text or bytes"
                .formatted(message.uri().label(), Excerpt.of(why)))
        .toException();
  }

  static FaultException invalidAnswer(CamelMessage message, String why) {
    return Fault.rejected(
            "camel.invalid-answer",
            Blame.WORKER,
            "the answer of %s cannot be read: %s".formatted(message.uri().label(), Excerpt.of(why)))
        .toException();
  }

  static FaultException tooLarge(CamelMessage message) {
    return Fault.rejected(
            "camel.too-large",
            Blame.WORKER,
            "the answer of %s is larger than the limit of %d bytes; ask for less or raise maxResponse"
                .formatted(message.uri().label(), message.maxResponse()))
        .toException();
  }

  static FaultException closed(CamelMessage message) {
    return Fault.retryable(
            "camel.stopped",
            Blame.ENGINE,
            message.uri().label() + " was not sent to, since this node stops")
        .toException();
  }

  /** What a failed message ends with: a fault, or an Error as it is. */
  static Throwable of(CamelMessage message, Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable at = failure; at != null && seen.add(at); at = at.getCause()) {
      if (at instanceof FaultException || at instanceof Error) {
        return at;
      }
      if (at instanceof InterruptedException
          || at instanceof CancellationException
          || at instanceof RejectedExecutionException) {
        return closed(message);
      }
      if (isTimeout(at)) {
        return passing("camel.timeout", message, at);
      }
      if (isConnection(at)) {
        return passing("camel.connect", message, at);
      }
    }
    return Fault.rejected(
            "camel.failed",
            Blame.WORKER,
            "%s failed: %s".formatted(message.uri().label(), words(root(failure))))
        .toException();
  }

  private static FaultException passing(String code, CamelMessage message, Throwable cause) {
    return Fault.retryable(
            code, Blame.WORKER, "%s: %s".formatted(message.uri().label(), words(cause)))
        .toException();
  }

  private static boolean isTimeout(Throwable cause) {
    return cause instanceof TimeoutException
        || cause instanceof SocketTimeoutException
        || cause instanceof ExchangeTimedOutException
        || cause instanceof java.net.http.HttpTimeoutException
        || cause instanceof java.sql.SQLTimeoutException
        || cause instanceof org.apache.kafka.common.errors.TimeoutException;
  }

  private static boolean isConnection(Throwable cause) {
    return cause instanceof SocketException
        || cause instanceof UnknownHostException
        || cause instanceof ClosedChannelException
        || cause instanceof EOFException
        || cause instanceof InterruptedIOException
        || cause instanceof java.sql.SQLTransientException
        || cause instanceof org.apache.kafka.common.errors.RetriableException;
  }

  private static Throwable root(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at.getCause() != null && depth < 32; depth++) {
      at = at.getCause();
    }
    return at;
  }

  private static String words(Throwable cause) {
    String name = cause.getClass().getSimpleName();
    String detail = Excerpt.of(Objects.requireNonNullElse(cause.getMessage(), ""));
    return detail.isEmpty() ? name : name + ": " + detail;
  }
}
