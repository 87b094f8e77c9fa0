package dev.howdah.worker.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.worker.HeaderText;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One gRPC call, checked.
 *
 * @param target where the server is
 * @param method as in {@code package.Service/Method}
 * @param schema what is known of the service; empty to ask the server
 * @param request JSON that fits the request's message
 * @param metadata by name; values of names that end in {@code -bin} are base64
 * @param health whose health is asked first
 * @param timeout the most the whole call may take, questions before it included
 * @param maxResponse the most bytes of the response's messages together, 1 to {@link
 *     #LARGEST_RESPONSE}
 * @param idempotencyKey sent as {@code idempotency-key} unless the metadata have one
 */
public record GrpcCall(
    Target target,
    String method,
    Optional<ProtoSchema> schema,
    JsonNode request,
    Map<String, String> metadata,
    Health health,
    Duration timeout,
    long maxResponse,
    String idempotencyKey) {

  /** Whose health is asked before a call. */
  public enum Health {
    /** That of the server as a whole. */
    SERVER,
    /** That of the service that is called. */
    SERVICE,
    /** Nobody's. */
    OFF
  }

  /** The most that {@link #maxResponse} can be. */
  public static final long LARGEST_RESPONSE = 1L << 30;

  private static final Pattern METHOD =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*/[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NAME = Pattern.compile("[0-9a-z_.-]+");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");

  /**
   * Checks every part.
   *
   * @throws dev.howdah.fault.FaultException {@code grpc.invalid-call}
   */
  public GrpcCall {
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(idempotencyKey, "idempotencyKey");
    metadata = Map.copyOf(metadata);
    if (!isMethod(method)) {
      throw GrpcFaults.invalid("\"" + method + "\" is no method; write package.Service/Method");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw GrpcFaults.invalid("the timeout is " + timeout + "; it must be positive");
    }
    if (maxResponse < 1 || maxResponse > LARGEST_RESPONSE) {
      throw GrpcFaults.invalid("the largest response is from 1 to " + LARGEST_RESPONSE + " bytes");
    }
    metadata.forEach(GrpcCall::check);
  }

  /** Whether a text has the form of a method's name. */
  public static boolean isMethod(String text) {
    return METHOD.matcher(text).matches();
  }

  private static void check(String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(lower).matches() || lower.startsWith("grpc-") || lower.equals("te")) {
      throw GrpcFaults.invalid("\"" + name + "\" cannot name metadata of a call");
    }
    if (lower.endsWith("-bin")) {
      try {
        Base64.getDecoder().decode(value);
      } catch (IllegalArgumentException e) {
        throw GrpcFaults.invalid("the value of the metadata " + name + " is not base64");
      }
    } else if (!VALUE.matcher(value).matches()) {
      throw GrpcFaults.invalid(
          "the value of the metadata "
              + name
              + " holds a character that metadata cannot carry; encode it");
    }
  }

  /** What messages call it. */
  String label() {
    return target + " " + method;
  }

  /** The service of the method. */
  String service() {
    return method.substring(0, method.lastIndexOf('/'));
  }

  /** What is sent beside the request. */
  Metadata headers() {
    Metadata headers = new Metadata();
    metadata.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
            headers.put(
                Metadata.Key.of(lower, Metadata.BINARY_BYTE_MARSHALLER),
                Base64.getDecoder().decode(value));
          } else {
            headers.put(Metadata.Key.of(lower, Metadata.ASCII_STRING_MARSHALLER), value);
          }
        });
    Metadata.Key<String> key = Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);
    if (!headers.containsKey(key)) {
      headers.put(key, HeaderText.of(idempotencyKey));
    }
    return headers;
  }
}
