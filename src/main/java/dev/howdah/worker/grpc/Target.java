package dev.howdah.worker.grpc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server is reached.
 *
 * @param host a name or an address
 * @param port 1 to 65535
 * @param tls whether the server proves who it is and nobody can listen
 */
public record Target(String host, int port, boolean tls) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");

  /**
   * Reads {@code host:port} or {@code [IPv6 address]:port}.
   *
   * @throws dev.howdah.fault.FaultException {@code grpc.invalid-call}
   */
  public static Target of(String text, boolean tls) {
    Matcher form = FORM.matcher(text.strip());
    int port = form.matches() ? Integer.parseInt(form.group(3)) : 0;
    if (port < 1 || port > 65_535) {
      throw GrpcFaults.invalid(
          "the target \"" + text + "\" is no address; write host:port, such as localhost:50051");
    }
    return new Target(form.group(1) == null ? form.group(2) : form.group(1), port, tls);
  }

  /** The host as in a URI, an IPv6 address in brackets. */
  String uriHost() {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  @Override
  public String toString() {
    return uriHost() + ":" + port;
  }
}
