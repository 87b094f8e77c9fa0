package dev.howdah.worker;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The JDK's HTTP client, bound to addresses that were checked.
 *
 * <p>Over {@code http} a request goes to the very address that was checked and names its host in
 * the {@code Host} header, so a name that resolves differently a moment later changes nothing. Over
 * {@code https} the client must have the name for the certificate and resolves it again: a name
 * that changes its mind in between can make us connect to a refused address and say hello, but no
 * request is sent, because whoever answers there has no certificate for the name.
 *
 * <p>Proxies that system properties name are not used, since behind one nobody can check the
 * address that a call goes to. Redirects are not followed, since they lead to other addresses.
 */
public final class PinnedHttp {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private PinnedHttp() {}

  /**
   * A client for requests of {@link #request}.
   *
   * @param executor where it runs what it does
   * @throws IllegalStateException when {@code java.net.http} was used in this process before, and
   *     without {@code -Djdk.httpclient.allowRestrictedHeaders=host}; requests could then not be
   *     bound to addresses
   */
  public static HttpClient client(Executor executor) {
    HostHeader.allow();
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .connectTimeout(CONNECT_TIMEOUT)
        .executor(executor)
        .build();
  }

  /**
   * A request to be completed, whose {@code Host} header must be left as it is.
   *
   * @param uri absolute, {@code http} or {@code https}; who asks, if it says so, is left out
   * @param address one of its host's
   * @throws IllegalArgumentException when the client cannot send this
   */
  public static HttpRequest.Builder request(URI uri, InetAddress address) {
    if (uri.getScheme().equalsIgnoreCase("https")) {
      return HttpRequest.newBuilder(uri);
    }
    String literal = address.getHostAddress();
    String host = address instanceof Inet6Address ? "[" + literal + "]" : literal;
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return HttpRequest.newBuilder(URI.create("http://" + host + port + uri.getRawPath() + query))
        .setHeader("Host", uri.getHost() + (uri.getPort() == 80 ? "" : port));
  }
}
